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

/// <summary>How the input of a container is written.</summary>
/// <param name="Parts">What is written.</param>
internal sealed record InputForm(PhaseInput Parts)
{
    /// <summary>The folder in which the archive is unpacked.</summary>
    public string Folder { get; init; } = "/";

    /// <summary>
    /// Whether the archive replaces folders of buildpacks that the builder has with another content. An engine that copies a file over a
    /// folder removes all that is in it; a tar in the container refuses to.
    /// </summary>
    public bool Replaces { get; init; }

    /// <summary>Whether the user who builds unpacks it, who cannot change folders of root: the archive has none.</summary>
    public bool IsUnpackedByUser { get; init; }

    /// <summary>Whether the folder of the cache gets the user who builds as its owner.</summary>
    public bool OwnsCache { get; init; }

    /// <summary>Whether the container has all of it already, and only what image extensions changed is written.</summary>
    public bool IsChange { get; init; }

    /// <summary>Whether something is written.</summary>
    public bool Has(PhaseInput part) => (Parts & part) != 0;

    /// <summary>The name of an entry.</summary>
    /// <param name="path">The path in the container.</param>
    public string AsEntry(string path) => ContainerPaths.AsEntry(path[(Folder.TrimEnd('/').Length)..]);
}

/// <summary>What goes into a build's container, as an archive.</summary>
/// <param name="plan">The build.</param>
/// <param name="app">The app's source code.</param>
/// <param name="sbomLayer">The previous image's SBOM layer; <see langword="null"/> for none.</param>
/// <param name="form">What of it, and how.</param>
/// <param name="progress">Told the bytes of the app so far.</param>
internal sealed class ContainerInput(BuildPlan plan, IAppSource app, CachedLayer? sbomLayer, InputForm form, IProgress<long>? progress)
{
    /// <summary>project-metadata.toml: where the source code comes from; <see langword="null"/> for no such file.</summary>
    public string? Origin { get; init; }

    /// <summary>Writes the archive.</summary>
    /// <param name="destination">Where it goes.</param>
    /// <param name="writeCache">Writes layers of a cache image; <see langword="null"/> for none.</param>
    /// <param name="last">Waited for before the archive ends; <see langword="null"/> for nothing.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task WriteAsync(Stream destination, Func<TarWriter, CancellationToken, Task>? writeCache, Func<CancellationToken, Task>? last, CancellationToken cancellationToken) =>
        BufferedTar.WriteAsync(destination, (tar, token) => WriteAsync(tar, writeCache, last, token), cancellationToken);

    private async Task WriteAsync(TarWriter tar, Func<TarWriter, CancellationToken, Task>? writeCache, Func<CancellationToken, Task>? last, CancellationToken cancellationToken)
    {
        if (form.IsChange)
        {
            await WriteRunImageAsync(tar, cancellationToken).ConfigureAwait(false);
            await WriteDetectedAsync(tar, cancellationToken).ConfigureAwait(false);
        }
        else if (form.Has(PhaseInput.Layers))
        {
            // An engine takes no archive without an entry.
            var layers = form.AsEntry(ContainerPaths.Layers) is { Length: > 0 } folder ? folder : ".";
            await tar.WriteFolderAsync(layers, plan.LayersOwner, cancellationToken).ConfigureAwait(false);

            await WriteOrderAsync(tar, cancellationToken).ConfigureAwait(false);
            await WriteRunImageAsync(tar, cancellationToken).ConfigureAwait(false);
            await WriteOriginAsync(tar, cancellationToken).ConfigureAwait(false);
            await WriteDetectedAsync(tar, cancellationToken).ConfigureAwait(false);
        }

        if (form.Has(PhaseInput.Platform))
        {
            await WriteModulesAsync(tar, cancellationToken).ConfigureAwait(false);
            await WriteEnvironmentAsync(tar, cancellationToken).ConfigureAwait(false);
        }

        if (form.Has(PhaseInput.App))
        {
            await WriteAppAsync(tar, cancellationToken).ConfigureAwait(false);
        }

        if (form.Has(PhaseInput.Cache))
        {
            await WriteCacheAsync(tar, writeCache, cancellationToken).ConfigureAwait(false);
        }

        // At the end, the run image's last: when a build is killed, its archive may just end, and without that layout no lifecycle
        // builds a part of an app.
        if (form.Has(PhaseInput.Layers) && plan.Route == ExportRoute.Layout)
        {
            await WriteLayoutsAsync(tar, cancellationToken).ConfigureAwait(false);
        }

        if (last is not null)
        {
            await last(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteAppAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        var special = form.IsUnpackedByUser ? new SpecialModes() : null;
        await app.WriteAsync(tar, form.AsEntry(plan.Workspace) is { Length: > 0 } root ? root : ".", plan.Owner, progress, special, cancellationToken).ConfigureAwait(false);
        if (special?.Script() is { } script)
        {
            await tar.WriteFileAsync(form.AsEntry(ContainerPaths.Modes), plan.Owner, script, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A user who is not root cannot take the cache of another one: the folders in which files are created and removed become the user's.</summary>
    private async Task WriteCacheAsync(TarWriter tar, Func<TarWriter, CancellationToken, Task>? writeCache, CancellationToken cancellationToken)
    {
        if (form.OwnsCache)
        {
            await tar.WriteFolderAsync(form.AsEntry(ContainerPaths.Cache), plan.Owner, cancellationToken).ConfigureAwait(false);
            await tar.WriteFolderAsync(form.AsEntry(PhaseRun.CacheFolder), plan.Owner, cancellationToken).ConfigureAwait(false);
        }

        if (writeCache is not null)
        {
            await writeCache(tar, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteOrderAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        if (plan.Order is not null || plan.OrderExtensions is not null)
        {
            var text = BuilderFiles.Order(plan.Order ?? plan.Builder.Order, plan.OrderExtensions ?? plan.Builder.OrderExtensions);
            await tar.WriteFileAsync(form.AsEntry(ContainerPaths.Order), TarOwner.Root, Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        }

        if (plan.LeavesOutSystem)
        {
            await tar.WriteFileAsync(form.AsEntry(ContainerPaths.System), TarOwner.Root, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteDetectedAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        foreach (var (path, text) in plan.Detected is { } detected
            ? new[] { (ContainerPaths.Group, detected.Group), (ContainerPaths.Plan, detected.Plan), (ContainerPaths.Analyzed, detected.Analyzed) }
            : [])
        {
            await tar.WriteFileAsync(form.AsEntry(path), plan.Owner, Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteModulesAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        foreach (var added in plan.SentModules)
        {
            if (form.Replaces && added.IsInBuilder)
            {
                await tar.WriteFileAsync(added.Folder, TarOwner.Root, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            }

            await added.Module.Layer.CopyToAsync(tar, form.IsUnpackedByUser ? added.Folder : null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The run image that the user chose, without mirrors: those of the builder belong to the builder's run image.</summary>
    private async Task WriteRunImageAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        if (plan.HasOwnRunImage)
        {
            var runImage = new RunImageNames { Image = plan.RunImageName.Spelling };
            var (path, text) = plan.PlatformApi >= PlatformApis.RunFile
                ? (ContainerPaths.Run, BuilderFiles.Run([runImage]))
                : (ContainerPaths.Stack, BuilderFiles.Stack(runImage));
            await tar.WriteFileAsync(form.AsEntry(path), TarOwner.Root, Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The source in the form that pack has for a repository.</summary>
    private async Task WriteOriginAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        if (Origin is { } origin)
        {
            await tar.WriteFileAsync(
                form.AsEntry(ContainerPaths.ProjectMetadata), TarOwner.Root, Encoding.UTF8.GetBytes(origin), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A file a variable, its name the variable's, its content the value and no more.</summary>
    private async Task WriteEnvironmentAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        var folder = form.AsEntry(ContainerPaths.PlatformEnvironment);
        if (!form.IsUnpackedByUser)
        {
            await tar.WriteFolderAsync(form.AsEntry(ContainerPaths.Platform), TarOwner.Root, cancellationToken).ConfigureAwait(false);
        }

        await tar.WriteFolderAsync(folder, TarOwner.Root, cancellationToken).ConfigureAwait(false);
        foreach (var (name, value) in plan.Environment)
        {
            await tar.WriteFileAsync($"{folder}/{name}", TarOwner.Root, Encoding.UTF8.GetBytes(value), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteLayoutsAsync(TarWriter tar, CancellationToken cancellationToken)
    {
        var root = form.AsEntry(ContainerPaths.Layouts);
        var layouts = new SparseLayoutWriter(tar, plan.Owner);
        if (plan.Previous is { } previous && !form.IsChange)
        {
            await WritePreviousAsync(layouts, root, previous, cancellationToken).ConfigureAwait(false);
        }

        var runImage = RegistryRoute.RunImageOf(plan);
        foreach (var path in LayoutPath.AllFor(plan.RunImageLayoutName))
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
