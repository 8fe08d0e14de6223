namespace Buildpacks;

/// <summary>How the app image gets from the lifecycle into the engine's store.</summary>
public enum ExportRoute
{
    /// <summary>Layout where the builder's lifecycle can (platform API 0.12 and later), else Daemon on docker.</summary>
    Auto,

    /// <summary>The lifecycle writes an OCI layout, which is streamed out and imported without its base layers.</summary>
    Layout,

    /// <summary>The daemon's socket is mounted into the lifecycle's container.</summary>
    Daemon,
}
