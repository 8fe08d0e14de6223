namespace Buildpacks;

/// <summary>How the app image is transferred from the lifecycle to the engine's store.</summary>
public enum ExportRoute
{
    /// <summary>Layout if the builder's lifecycle supports it (platform API 0.12 and later), otherwise Daemon where docker's socket is in reach, and Registry elsewhere.</summary>
    Auto,

    /// <summary>The lifecycle writes an OCI layout, which is streamed out and imported without its base layers.</summary>
    Layout,

    /// <summary>The daemon's socket is mounted into the lifecycle's container.</summary>
    Daemon,

    /// <summary>
    /// The lifecycle pushes the image to a registry in this process, on 127.0.0.1, which lives for the build: for lifecycles that support no
    /// layout.
    /// </summary>
    Registry,
}
