namespace Buildpacks.Stores;

/// <summary>The labels that make an image an app image.</summary>
internal static class AppLabels
{
    /// <summary>What the lifecycle wants to know again: layers, SBOM layer, run image.</summary>
    public const string Lifecycle = "io.buildpacks.lifecycle.metadata";

    /// <summary>What was built: buildpacks, processes, launcher.</summary>
    public const string Build = "io.buildpacks.build.metadata";

    /// <summary>Where the source came from.</summary>
    public const string Project = "io.buildpacks.project.metadata";

    /// <summary>What a builder is; on builder images only.</summary>
    public const string Builder = "io.buildpacks.builder.metadata";

    /// <summary>Whether the image may get another run image: <c>true</c> or <c>false</c>.</summary>
    public const string Rebasable = "io.buildpacks.rebasable";

    /// <summary>The stack of a run image and of the images that are built on it.</summary>
    public const string Stack = "io.buildpacks.stack.id";
}
