using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Layouts;
using Buildpacks.Stores.Sparse;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Exports;

/// <summary>
/// Takes an image from a layout in a container into the engine's store, while it is copied out: new layers pass through, layers the
/// engine holds are not moved, and an image that is the previous one is not loaded at all.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="logger">Is told what is decided.</param>
internal sealed class LayoutImporter(IEngine engine, ILogger logger)
{
    /// <summary>Takes the image.</summary>
    /// <param name="import">What to take.</param>
    /// <param name="cancellationToken">Ends the import; the engine then has nothing of the image.</param>
    /// <exception cref="PackException"><c>LayoutInvalid</c>: the layout is not what it should be. Or the engine's failure.</exception>
    public async Task<WrittenImage> ImportAsync(LayoutImport import, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(import);
        var pass = await LayoutPass.OpenAsync(import, cancellationToken).ConfigureAwait(false);
        try
        {
            if (pass.Content is { } small && small.ToImage(import.Names, import.HeldBlobs) is var image && IsPrevious(image, small.Config, import))
            {
                logger.LogDebug("{Name} is already this image: nothing to load.", import.Names[0]);
                return new WrittenImage(import.PreviousId!, Digest: null, small.Config, Unchanged: true) { LayoutDigest = small.Digest, Archive = image };
            }

            return await new ImageLoader(engine, logger).LoadOrUndoAsync(
                WriteImageAsync, [.. import.HeldIn.Select(held => held.Id)], import.Holders, import.Progress,
                loaded => ImportedAsync(loaded, pass.Content!), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await pass.DisposeAsync().ConfigureAwait(false);
        }

        async Task<WrittenImage> ImportedAsync(LoadedImage loaded, LayoutContent content)
        {
            LayerKeeper.KeepSbom(import.Layers, content);
            var digest = loaded.Form == ArchiveForm.Oci ? loaded.Image.ManifestDigest : null;
            var id = loaded.NamedByManifest && digest is not null ? digest : loaded.Image.ConfigDigest;
            if (loaded is { NamedByManifest: true, Sparse: false })
            {
                // Of an archive with all layers, in docker's form, containerd's store makes a manifest of its own.
                var found = await engine.Images.InspectAsync([import.Names[0]], cancellationToken).ConfigureAwait(false);
                id = found.GetValueOrDefault(import.Names[0])?.Id ?? id;
            }

            return new WrittenImage(id, digest, content.Config, Unchanged: false) { LayoutDigest = content.Digest, Archive = loaded.Image };
        }

        async Task<ArchiveImage> WriteImageAsync(ImageArchiveWriter writer, CancellationToken cancellation)
        {
            if (pass.Used)
            {
                await pass.DisposeAsync().ConfigureAwait(false);
                pass = await LayoutPass.OpenAsync(import, cancellation).ConfigureAwait(false);
            }

            if (writer.Form == ArchiveForm.Oci || import.Layers is not { } layers)
            {
                return (await pass.WriteLayersAsync(writer, keeper: null, cancellation).ConfigureAwait(false)).ToImage(import.Names, import.HeldBlobs);
            }

            using var keeper = new LayerKeeper(layers);
            var content = await pass.WriteLayersAsync(writer, keeper, cancellation).ConfigureAwait(false);
            keeper.Keep(content);
            return await new MovedLayers(import.HeldIn, layers).SupplyAsync(content.ToImage(import.Names, import.HeldBlobs), writer, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The same image may have several manifests: where the engine names it by one, its config decides.</summary>
    private static bool IsPrevious(ArchiveImage image, OciImageConfig config, LayoutImport import) =>
        import.PreviousId is { } id && (id == image.ConfigDigest || id == image.ManifestDigest)
        || import.Previous is { IsKnownByManifest: true } previous && SameImage.Is(previous.Config, config);
}

/// <summary>An image that a lifecycle wrote as a layout, to be taken into an engine's store.</summary>
internal sealed record LayoutImport
{
    /// <summary>Opens the layout as a tar stream whose names begin with the layout's own folder. Opened again for a second attempt.</summary>
    public required Func<CancellationToken, Task<Stream>> Open { get; init; }

    /// <summary>The names of the image, full and with tags, the first being the main one.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>The id of the image that has the main name now; <see langword="null"/> for none.</summary>
    public string? PreviousId => Holders.GetValueOrDefault(Names[0]);

    /// <summary>The ids of the images that have the names now, of those names that some image has.</summary>
    public IReadOnlyDictionary<string, string> Holders { get; init; } = new Dictionary<string, string>();

    /// <summary>The image that has the main name now, if it is among <see cref="HeldIn"/>.</summary>
    public ImageDetail? Previous => PreviousId is { } id ? HeldIn.FirstOrDefault(image => image.Id == id) : null;

    /// <summary>Images of the engine that have the layers which the layout leaves out, the likeliest first.</summary>
    public IReadOnlyList<ImageDetail> HeldIn { get; init; } = [];

    /// <summary>
    /// What the engine's store calls layers that it holds, by diffID, where that is not the diffID itself: containerd's store knows
    /// layers by the digests they came with.
    /// </summary>
    public IReadOnlyDictionary<string, OciDescriptor> HeldBlobs { get; init; } = new Dictionary<string, OciDescriptor>();

    /// <summary>What the image's labels call its run image, in the place of what the lifecycle wrote; <see langword="null"/> to leave that.</summary>
    public string? RunImageReference { get; init; }

    /// <summary>What they call the run image's top layer; <see langword="null"/> to leave what the lifecycle wrote.</summary>
    public string? RunImageTopLayer { get; init; }

    /// <summary>Where layers are kept that the next import may need; <see langword="null"/> to keep none.</summary>
    public LayerCache? Layers { get; init; }

    /// <summary>Told the bytes sent so far; may be <see langword="null"/>.</summary>
    public IProgress<long>? Progress { get; init; }
}
