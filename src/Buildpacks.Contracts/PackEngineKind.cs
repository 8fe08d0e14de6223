namespace Buildpacks;

/// <summary>A kind of container engine.</summary>
public enum PackEngineKind
{
    /// <summary>podman, called directly through its command line: no daemon, no socket, no root.</summary>
    Podman,

    /// <summary>An engine with the Docker Engine API.</summary>
    Docker,
}
