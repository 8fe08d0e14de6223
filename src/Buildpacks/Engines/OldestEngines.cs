namespace Buildpacks.Engines;

/// <summary>The oldest engines that this module works with. Older ones are not tested.</summary>
internal static class OldestEngines
{
    /// <summary>The oldest podman.</summary>
    public static Version Podman { get; } = new(4, 0);

    /// <summary>The oldest docker.</summary>
    public static Version Docker { get; } = new(20, 10);

    /// <summary>The oldest one of a kind.</summary>
    public static Version Of(PackEngineKind kind) => kind == PackEngineKind.Podman ? Podman : Docker;

    /// <summary>The version of the Docker Engine API that the oldest docker has.</summary>
    public static Version DockerApi { get; } = new(1, 41);
}
