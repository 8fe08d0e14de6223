using System.Formats.Tar;
using System.Text;
using Buildpacks.Builders;
using Buildpacks.Builds.Apps;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Planning;
using Buildpacks.Descriptors;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Sparse;

namespace Buildpacks.Builds.Running;

/// <summary>All that goes into a build's container, as one archive to be unpacked at its root.</summary>
/// <param name="plan">The build.</param>
/// <param name="app">The app's source code.</param>
/// <param name="sbomLayer">The previous image's SBOM layer; <see langword="null"/> for none.</param>
/// <param name="progress">Told the bytes of the app so far.</param>
internal sealed class ContainerInput(BuildPlan plan, IAppSource app, CachedLayer? sbomLayer, IProgress<long>? progress)
{
    /// <summary>
    /// Whether the archive replaces folders of buildpacks that the builder has with another content. An engine that copies a file over a
    /// folder removes all that is in it; a tar in the container refuses to.
    /// </summary>
    public bool Replaces { get; init; }

    /// <summary>project-metadata.toml: where the source code comes from; <see langword="null"/> for no such file.</summary>
    public string? Origin { get; init; }

    /// <summary>Writes the archive.</summary>
    /// <param name="destination">Where it goes.</param>
    /// <param name="writeCache">Writes layers of a cache image; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task WriteAsync(Stream destination, Func<TarWriter, CancellationToken, Task>? writeCache, CancellationToken cancellationToken) =>
        BufferedTar.WriteAsync(destination, (tar, token) => WriteAsync(tar, writeCache, token), cancellationToken);

    private async Task WriteAsync(TarWriter tar, Func<TarWriter, CancellationToken, Task>? writeCache, CancellationToken cancellationToken)
    {
        await tar.WriteFolderAsync(ContainerPaths.AsEntry(ContainerPaths.Layers), plan.BuilderOwner, cancellationToken).ConfigureAwait(false);
        await WriteOrderAsync(tar, cancellationToken).ConfigureAwait(false);
        await WriteBuildpacksAsync(tar, cancellationToken).ConfigureAwait(false);
        await WriteRunImageAsync(tar, cancellationToken).ConfigureAwait(false);
        await WriteOriginAsync(tar, cancellationToken).ConfigureAwait(false);
        await WriteEnvironmentAsync(tar, cancellationToken).ConfigureAwait(false);
        await app.WriteAsync(tar, ContainerPaths.AsEntry(plan.Workspace), plan.Owner, progress, cancellationToken).ConfigureAwait(false);

        if (writeCache is not null)
        {
            await writeCache(tar, cancellationToken).ConfigureAwait(false);
        }

        // At the end, the run image's last: when a build is killed, its archive may just end, and without that layout no lifecycle
        // builds a part of an app.
        if (plan.Route == ExportRoute.Layout)
        {
            await WriteLayoutsAsync(tar, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteOrderAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        if (plan.Order is { } order)
        {
            var text = BuilderFiles.Order(order, plan.Builder.OrderExtensions);
            await tar.WriteFileAsync(ContainerPaths.AsEntry(ContainerPaths.Order), TarOwner.Root, Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        }

        if (plan.LeavesOutSystem)
        {
            await tar.WriteFileAsync(ContainerPaths.AsEntry(ContainerPaths.System), TarOwner.Root, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteBuildpacksAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        foreach (var added in plan.AddedBuildpacks)
        {
            if (Replaces && added.IsInBuilder)
            {
                await tar.WriteFileAsync(added.Folder, TarOwner.Root, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            }

            await added.Module.Layer.CopyToAsync(tar, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The run image that the user chose, without mirrors: those of the builder belong to the builder's run image.</summary>
    private async Task WriteRunImageAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        if (plan.HasOwnRunImage)
        {
            var runImage = new RunImageNames { Image = plan.RunImageName };
            var (path, text) = plan.PlatformApi >= PlatformApis.RunFile
                ? (ContainerPaths.Run, BuilderFiles.Run([runImage]))
                : (ContainerPaths.Stack, BuilderFiles.Stack(runImage));
            await tar.WriteFileAsync(ContainerPaths.AsEntry(path), TarOwner.Root, Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The source in the form that pack has for a repository.</summary>
    private async Task WriteOriginAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        if (Origin is { } origin)
        {
            await tar.WriteFileAsync(
                ContainerPaths.AsEntry(ContainerPaths.ProjectMetadata), TarOwner.Root, Encoding.UTF8.GetBytes(origin), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A file a variable, its name the variable's, its content the value and no more.</summary>
    private async Task WriteEnvironmentAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        var folder = ContainerPaths.AsEntry(ContainerPaths.Platform);
        await tar.WriteFolderAsync(folder, TarOwner.Root, cancellationToken).ConfigureAwait(false);
        await tar.WriteFolderAsync(folder + "/env", TarOwner.Root, cancellationToken).ConfigureAwait(false);
        foreach (var (name, value) in plan.Environment)
        {
            await tar.WriteFileAsync($"{folder}/env/{name}", TarOwner.Root, Encoding.UTF8.GetBytes(value), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteLayoutsAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        var root = ContainerPaths.AsEntry(ContainerPaths.Layouts);
        var layouts = new SparseLayoutWriter(tar, plan.Owner);
        if (plan.Previous is { } previous)
        {
            await WritePreviousAsync(layouts, root, previous, cancellationToken).ConfigureAwait(false);
        }

        var runImage = plan.Published is { } published
            ? SparseImage.Of(published.RunImage)
            : SparseImage.From(plan.RunImage.Config with { History = plan.RunImageHistory });
        foreach (var path in LayoutPath.AllFor(plan.RunImageName))
        {
            await layouts.WriteAsync(root, path, runImage, blobs: null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WritePreviousAsync(SparseLayoutWriter layouts, string root, ImageDetail previous, CancellationToken cancellationToken)
    {
        var path = LayoutPath.For(plan.LayoutName);
        var published = plan.Published?.Previous is { } stored ? SparseImage.Of(stored) : null;
        if (sbomLayer is null || OpenSbom(sbomLayer) is not { } content)
        {
            await layouts.WriteAsync(root, path, published ?? SparseImage.From(previous.Config), blobs: null, cancellationToken).ConfigureAwait(false);
            return;
        }

        await using (content.ConfigureAwait(false))
        {
            var image = published ?? SparseImage.From(previous.Config, new Dictionary<string, OciDescriptor> { [sbomLayer.DiffId] = sbomLayer.Blob });
            await layouts.WriteAsync(root, path, image, new Dictionary<string, Stream> { [sbomLayer.Blob.Digest] = content }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Opens the SBOM's layer. The cache may be emptied at any time, also after the layer was found in it.</summary>
    private static FileStream? OpenSbom(CachedLayer layer)
    {
        try
        {
            return File.OpenRead(layer.Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
