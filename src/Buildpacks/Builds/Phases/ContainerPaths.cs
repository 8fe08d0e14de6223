namespace Buildpacks.Builds.Phases;

/// <summary>Where things are in a build's container.</summary>
internal static class ContainerPaths
{
    /// <summary>The app's source code, unless the caller chose another folder.</summary>
    public const string App = "/workspace";

    /// <summary>What the phases tell each other, and the layers that buildpacks make.</summary>
    public const string Layers = "/layers";

    /// <summary>A build's own order of buildpacks, where the platform specification has it.</summary>
    public const string Order = Layers + "/order.toml";

    /// <summary>The group of buildpacks that passed detection.</summary>
    public const string Group = Layers + "/group.toml";

    /// <summary>Which buildpacks provide what others require.</summary>
    public const string Plan = Layers + "/plan.toml";

    /// <summary>What the analyzer found out about previous image and run image.</summary>
    public const string Analyzed = Layers + "/analyzed.toml";

    /// <summary>No system buildpacks, in the place of those of the builder.</summary>
    public const string System = Layers + "/system.toml";

    /// <summary>What the exporter says of the image.</summary>
    public const string Report = Layers + "/report.toml";

    /// <summary>The run image that the user chose, for lifecycles of platform API 0.12 and later.</summary>
    public const string Run = Layers + "/run.toml";

    /// <summary>The run image that the user chose, for lifecycles of earlier platform APIs.</summary>
    public const string Stack = Layers + "/stack.toml";

    /// <summary>Where the app's source code comes from, which the lifecycle writes into a label.</summary>
    public const string ProjectMetadata = Layers + "/project-metadata.toml";

    /// <summary>A script that sets modes of the app, while the archive is unpacked.</summary>
    public const string Modes = Layers + "/.buildpacks-modes";

    /// <summary>What the platform tells the buildpacks.</summary>
    public const string Platform = "/platform";

    /// <summary>The build cache.</summary>
    public const string Cache = "/cache";

    /// <summary>The launch cache.</summary>
    public const string LaunchCache = "/launch-cache";

    /// <summary>
    /// The layouts of run image, previous image and new image: in the folder that belongs to the user who builds, who could create none elsewhere.
    /// </summary>
    public const string Layouts = Layers + "/.layouts";

    /// <summary>The variables for the buildpacks.</summary>
    public const string PlatformEnvironment = Platform + "/env";

    /// <summary>The daemon's socket, when the image is exported to the daemon.</summary>
    public const string Socket = "/var/run/docker.sock";

    /// <summary>The name an entry of a tar has that is unpacked at the root.</summary>
    public static string AsEntry(string path) => path.TrimStart('/');
}
