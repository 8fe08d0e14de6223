using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Layouts;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Rebasing;

/// <summary>
/// Gives an app image of a layout folder another run image. A layout that does not contain the layers of the old run image does not get those
/// of the new one. The index changes last, so that a failure leaves the image as it was.
/// </summary>
/// <param name="runImages">Finds the run image.</param>
/// <param name="logger">Gets warnings.</param>
internal sealed class LayoutRebaser(LayoutRunImages runImages, ILogger logger)
{
    /// <summary>What an image without a name is read by: its digest says which image it is.</summary>
    private static readonly ImageReference Nameless = ImageReference.Parse("image");

    /// <summary>Updates an image.</summary>
    /// <param name="request">The image and its new run image.</param>
    /// <param name="place">Where the image is.</param>
    /// <param name="progress">Told the bytes written so far.</param>
    /// <param name="cancellationToken">Ends the update.</param>
    public async Task<PackImageUpdate> RebaseAsync(
        RebaseRequest request, ImageFilePlace place, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var app = await FindAsync(request, place, cancellationToken).ConfigureAwait(false);
        var metadata = RebasedImage.MetadataOf(request.Source, app.Image.Config);
        var platform = new OciPlatform(app.Image.Config.Architecture, app.Image.Config.Os, app.Image.Config.Variant);
        var runImage = await runImages.FindAsync(request, metadata, platform, cancellationToken).ConfigureAwait(false);
        await using (runImage.ConfigureAwait(false))
        {
            var rebased = RebasedImage.Create(request, app.Image.Config, runImage.Base, logger);
            var result = new PackImageUpdate
            {
                Name = place.ToString(),
                Tags = [.. app.NewName is { } newName ? [newName] : app.Names],
                Id = app.Image.Id,
                Digest = app.Image.Digest,
                PreviousId = app.Image.Id,
                PreviousDigest = app.Image.Digest,
                RunImage = runImage.Base.Name.Spelling,
                RunImageReference = runImage.Base.Reference,
                PreviousRunImage = metadata.RunImage,
                PreviousRunImageReference = metadata.RunImageReference,
                ImagePath = place.Path,
            };
            using var layout = new LayoutFolder(place.Path, progress);
            if (rebased.IsUnchanged)
            {
                if (app.NewName is { } name && !app.Names.Contains(name))
                {
                    await layout.BeginAsync(cancellationToken).ConfigureAwait(false);
                    await layout.NameInIndexAsync(name, app.Image.Document.Descriptor, cancellationToken).ConfigureAwait(false);
                }

                return result with { Unchanged = true };
            }

            return await WriteAsync(result, app, runImage, rebased, layout, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<App> FindAsync(RebaseRequest request, ImageFilePlace place, CancellationToken cancellationToken)
    {
        var from = request.PreviousImage is { } previous ? place with { Image = previous } : place;
        if (place.Format != PackImageFormat.Layout)
        {
            throw RebaseErrors.Archive(request.Name, place.Path);
        }

        await (await ImageFile.OpenAsync(from, cancellationToken).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        var (digest, names) = await ImageFile.FindAsync(place.Path, from.Image, cancellationToken).ConfigureAwait(false);
        using var store = new LayoutStore(place.Path);
        var name = (names.Count > 0 ? names[0] : Nameless).WithDigest(digest);
        var document = await store.GetAsync(name, cancellationToken).ConfigureAwait(false);
        var image = !document.IsIndex
            ? await store.DescribeAsync(name, document, cancellationToken).ConfigureAwait(false)
            : throw RebaseErrors.Index(request.Name);
        string[] texts = [.. names.Select(known => known.Spelling)];
        return image.Manifest.Layers.Count == image.Config.Rootfs.DiffIds.Count
            ? new App(image, texts, place.Image is not { } typed || typed == digest ? null : texts.Length > 0 ? texts : [typed])
            {
                NewName = request.PreviousImage is null ? null : place.Image is null ? throw RebaseErrors.NamelessCopy(request.Name) : place.NameOf().ToString(),
            }
            : throw FileErrors.Invalid(place.Path, $"its manifest has {image.Manifest.Layers.Count} layers and its config {image.Config.Rootfs.DiffIds.Count}");
    }

    private static async Task<PackImageUpdate> WriteAsync(
        PackImageUpdate result, App app, LayoutRunImage runImage, RebasedImage rebased, LayoutFolder layout, CancellationToken cancellationToken)
    {
        await layout.BeginAsync(cancellationToken).ConfigureAwait(false);
        var isSparse = rebased.ReplacedLayers > 0 && !app.Image.Manifest.Layers.Take(rebased.ReplacedLayers).Any(layout.Has);
        var layers = new Dictionary<string, ArchiveLayer>(StringComparer.Ordinal);
        var moved = 0;
        try
        {
            await runImage.Source.ReadAsync(
                layer =>
                {
                    layers[layer.DiffId] = layer;
                    return !isSparse && !layout.Has(layer.Blob);
                },
                async (layer, content, token) =>
                {
                    await layout.WriteAsync(layer.Blob, content, token).ConfigureAwait(false);
                    moved++;
                },
                cancellationToken).ConfigureAwait(false);
            var config = new OciDescriptor { MediaType = MediaTypes.Config, Digest = OciDigest.Of(rebased.Config.Span), Size = rebased.Config.Length };
            await layout.WriteAsync(config.Digest, rebased.Config, cancellationToken).ConfigureAwait(false);
            var manifest = RebaseManifest.Create(
                docker: false, config,
                [.. runImage.Base.Config.Rootfs.DiffIds.Select(diffId => layers[diffId].Blob), .. app.Image.Manifest.Layers.Skip(rebased.ReplacedLayers)],
                layout.Path);
            await layout.WriteAsync(manifest.Descriptor.Digest, manifest.Content, cancellationToken).ConfigureAwait(false);
            await (app.NewName is { } name
                ? layout.NameInIndexAsync(name, manifest.Descriptor, cancellationToken)
                : layout.ReplaceInIndexAsync(app.Image.Digest, app.Chosen, manifest.Descriptor, cancellationToken)).ConfigureAwait(false);
            return result with { Id = config.Digest, Digest = manifest.Descriptor.Digest, LayersMoved = moved, BytesMoved = layout.Written };
        }
        catch
        {
            layout.TakeBack(all: false);
            throw;
        }
    }

    /// <summary>The app image.</summary>
    /// <param name="Image">The image.</param>
    /// <param name="Names">Its names that were asked for, or all.</param>
    /// <param name="Chosen">The names that move to the new image; <see langword="null"/> for all.</param>
    private sealed record App(StoredImage Image, IReadOnlyList<string> Names, IReadOnlyList<string>? Chosen)
    {
        /// <summary>The name of the new image, when the image keeps its names; <see langword="null"/> when they move.</summary>
        public string? NewName { get; init; }
    }
}
