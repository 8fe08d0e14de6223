namespace Buildpacks.Descriptors.Labels;

/// <summary>The labels of builder images and of the images they are made from.</summary>
internal static class BuilderLabels
{
    /// <summary>What the builder is: <see cref="BuilderMetadata"/> as JSON. An image without it is no builder.</summary>
    public const string Metadata = "io.buildpacks.builder.metadata";

    /// <summary>The buildpacks by id and version, with the layer that holds each.</summary>
    public const string BuildpackLayers = "io.buildpacks.buildpack.layers";

    /// <summary>The order in which groups of buildpacks are tried.</summary>
    public const string Order = "io.buildpacks.buildpack.order";

    /// <summary>The order of image extensions.</summary>
    public const string OrderExtensions = "io.buildpacks.buildpack.order-extensions";

    /// <summary>The image extensions by id and version, with the layer that holds each.</summary>
    public const string ExtensionLayers = "io.buildpacks.extension.layers";

    /// <summary>The system buildpacks that go around every group.</summary>
    public const string System = "io.buildpacks.buildpack.system";

    /// <summary>The id of the stack that build and run image belong to.</summary>
    public const string StackId = "io.buildpacks.stack.id";

    /// <summary>The mixins of the stack, a JSON array.</summary>
    public const string StackMixins = "io.buildpacks.stack.mixins";

    /// <summary>The target of a build or run image, in words of its maker.</summary>
    public const string BaseId = "io.buildpacks.base.id";

    /// <summary>The name of the distribution of a build or run image.</summary>
    public const string DistroName = "io.buildpacks.base.distro.name";

    /// <summary>The version of the distribution.</summary>
    public const string DistroVersion = "io.buildpacks.base.distro.version";
}
