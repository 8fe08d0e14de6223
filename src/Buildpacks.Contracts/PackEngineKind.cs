namespace Buildpacks;

/// <summary>A kind of container engine.</summary>
public enum PackEngineKind
{
    /// <summary>podman, called directly through its command line: no daemon, no socket, no root.</summary>
    Podman,

    /// <summary>Anything that speaks the Docker Engine API.</summary>
    Docker,
}
