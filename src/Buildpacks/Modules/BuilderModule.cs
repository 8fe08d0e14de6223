using Buildpacks.Descriptors;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Modules;

/// <summary>A buildpack or image extension that is ready to be put into a builder.</summary>
/// <param name="Descriptor">What it says of itself.</param>
/// <param name="Layer">The layer that holds it at its place in the builder.</param>
internal sealed record BuilderModule(BuildpackDescriptor Descriptor, LayerFile Layer) : IAsyncDisposable
{
    /// <summary>The folder of a builder that a module is put in: <c>cnb/buildpacks/samples_web/1.0.0</c>.</summary>
    public static string FolderOf(BuildpackDescriptor descriptor) => $"{ParentOf(descriptor)}/{descriptor.Info.Version}";

    /// <summary>The folder that holds all versions of a module: <c>cnb/buildpacks/samples_web</c>.</summary>
    public static string ParentOf(BuildpackDescriptor descriptor)
    {
        var kind = descriptor.Kind is ModuleKind.Buildpack ? "buildpacks" : "extensions";
        return $"cnb/{kind}/{descriptor.Info.Id.Replace('/', '_')}";
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Layer.DisposeAsync();
}
