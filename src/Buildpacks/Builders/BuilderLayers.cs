using Buildpacks.Descriptors;
using Buildpacks.IO;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layers;

namespace Buildpacks.Builders;

/// <summary>The layers of a builder beside its lifecycle and its buildpacks.</summary>
internal static class BuilderLayers
{
    private static readonly string[] FoldersOfRoot =
        ["cnb", "cnb/buildpacks", "cnb/extensions", "platform", "platform/env", "cnb/build-config", "cnb/build-config/env"];

    /// <summary>The folders that a lifecycle expects: workspace and layers belong to the user that builds.</summary>
    public static Task<LayerFile> FoldersAsync(CnbUser user, CancellationToken cancellationToken) =>
        LayerFile.WriteAsync(
            "Builder folders",
            async (tar, cancellation) =>
            {
                var owner = new TarOwner(user.UserId, user.GroupId);
                await tar.WriteFolderAsync("workspace", owner, cancellation).ConfigureAwait(false);
                await tar.WriteFolderAsync("layers", owner, cancellation).ConfigureAwait(false);
                foreach (var folder in FoldersOfRoot)
                {
                    await tar.WriteFolderAsync(folder, TarOwner.Root, cancellation).ConfigureAwait(false);
                }
            },
            cancellationToken);

    /// <summary>The files that say what the builder does: order, run images, variables.</summary>
    public static Task<LayerFile> FilesAsync(
        BuilderDescriptor descriptor, BuilderOrder order, CancellationToken cancellationToken)
    {
        var resolved = order.Resolve(descriptor.Order, ModuleKind.Buildpack);
        var extensions = order.Resolve(descriptor.OrderExtensions, ModuleKind.Extension);
        var system = new SystemOrder
        {
            Pre = new() { Buildpacks = order.Resolve(descriptor.System.Pre.Buildpacks, ModuleKind.Buildpack) },
            Post = new() { Buildpacks = order.Resolve(descriptor.System.Post.Buildpacks, ModuleKind.Buildpack) },
        };
        return LayerFile.WriteAsync("Builder files", WriteAsync, cancellationToken);

        async Task WriteAsync(LayerTar tar, CancellationToken cancellation)
        {
            await tar.WriteTextAsync("cnb/order.toml", BuilderFiles.Order(resolved, extensions), cancellation).ConfigureAwait(false);
            if (BuilderFiles.System(system) is { Length: > 0 } systemText)
            {
                await tar.WriteTextAsync("cnb/system.toml", systemText, cancellation).ConfigureAwait(false);
            }

            await tar.WriteTextAsync("cnb/stack.toml", BuilderFiles.Stack(descriptor.RunImages[0]), cancellation).ConfigureAwait(false);
            await tar.WriteTextAsync("cnb/run.toml", BuilderFiles.Run(descriptor.RunImages), cancellation).ConfigureAwait(false);
            foreach (var (name, content) in BuilderFiles.BuildConfig(descriptor.BuildEnvironment))
            {
                await tar.WriteTextAsync("cnb/build-config/env/" + name, content, cancellation).ConfigureAwait(false);
            }
        }
    }
}
