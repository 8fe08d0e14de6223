namespace Buildpacks.Lifecycle.Labels;

/// <summary>Labels of run images and app images.</summary>
internal static class LabelNames
{
    /// <summary>What the lifecycle wants to know of an app image at the next build.</summary>
    public const string Lifecycle = "io.buildpacks.lifecycle.metadata";

    /// <summary>What ran to make an app image, and what can be started in it.</summary>
    public const string Build = "io.buildpacks.build.metadata";

    /// <summary>Where an app's source comes from.</summary>
    public const string Project = "io.buildpacks.project.metadata";

    /// <summary>The environment an app image was made for.</summary>
    public const string ExecutionEnvironment = "io.buildpacks.exec-env";

    /// <summary>A base image's target.</summary>
    public const string BaseId = "io.buildpacks.base.id";

    /// <summary>A base image's distribution.</summary>
    public const string DistroName = "io.buildpacks.base.distro.name";

    /// <summary>The version of a base image's distribution.</summary>
    public const string DistroVersion = "io.buildpacks.base.distro.version";
}
