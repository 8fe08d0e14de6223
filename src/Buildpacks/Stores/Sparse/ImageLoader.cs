using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Stores.Archives;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Sparse;

/// <summary>
/// Loads an image into an engine without the layers that the engine holds, and with them when the engine refuses that.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="logger">Is told when an engine refuses.</param>
public sealed class ImageLoader(IEngine engine, ILogger logger)
{
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(10);

    /// <summary>Loads an image and gives it its names.</summary>
    /// <param name="write">Writes the image; called once more for the second attempt.</param>
    /// <param name="heldIn">Images of the engine that have the layers which are left to it, by name or id, the likeliest first.</param>
    /// <param name="progress">Told the bytes sent so far; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the loading; an engine that has got all of the image by then keeps it.</param>
    /// <exception cref="PackException">The engine's failure, or <c>LayerMissing</c>.</exception>
    public async Task<LoadedImage> LoadAsync(
        ArchiveSource write, IReadOnlyList<string> heldIn, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        var traits = await engine.Images.GetTraitsAsync(cancellationToken).ConfigureAwait(false);
        var attempt = new Attempt(engine, traits, write, ArchiveForms.Of(traits), progress);
        var stored = attempt.KnowsByManifest ? new StoredLayers(engine, heldIn, logger) : null;
        try
        {
            var loaded = await LoadWithoutNamesAsync().ConfigureAwait(false);
            await NameAsync(loaded, cancellationToken).ConfigureAwait(false);
            return loaded;
        }
        catch (Exception exception) when (exception is PackException or OperationCanceledException)
        {
            await RemoveUnnamedAsync(attempt).ConfigureAwait(false);
            throw;
        }

        async Task<LoadedImage> LoadWithoutNamesAsync()
        {
            try
            {
                return await attempt.RunAsync(null, stored, cancellationToken).ConfigureAwait(false);
            }
            catch (PackException exception) when (!attempt.SourceFailed && attempt.LeavesLayersOut && IsRefusal(exception))
            {
                logger.LogDebug("{Engine} does not accept the image without its existing layers: {Reason}. Loading it with all layers.", engine.Kind, exception.Message);
                await RemoveUnnamedAsync(attempt).ConfigureAwait(false);
                return await LoadWholeAsync(traits, write, heldIn, exception, progress, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Loads an image and gives it its names, or leaves the engine as it was when that is cancelled.</summary>
    /// <typeparam name="T">What the caller makes of the image.</typeparam>
    /// <param name="write">Writes the image; called once more for the second attempt.</param>
    /// <param name="heldIn">Images of the engine that have the layers which are left to it, by name or id, the likeliest first.</param>
    /// <param name="holders">The ids of the images that have its names now.</param>
    /// <param name="progress">Told the bytes sent so far; may be <see langword="null"/>.</param>
    /// <param name="finish">Done with the image that was loaded; cancelled, it is taken back too.</param>
    /// <param name="cancellationToken">Ends the loading; the engine then has nothing of the image.</param>
    /// <exception cref="PackException">The engine's failure, or <c>LayerMissing</c>.</exception>
    public async Task<T> LoadOrUndoAsync<T>(
        ArchiveSource write, IReadOnlyList<string> heldIn, IReadOnlyDictionary<string, string> holders, IProgress<long>? progress,
        Func<LoadedImage, Task<T>> finish, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(finish);
        ArchiveImage? written = null;
        try
        {
            var loaded = await LoadAsync(WriteAsync, heldIn, progress, cancellationToken).ConfigureAwait(false);
            var result = await finish(loaded).ConfigureAwait(false);

            // The engine may have come to its end although it was told to stop.
            cancellationToken.ThrowIfCancellationRequested();
            return result;
        }
        catch (OperationCanceledException) when (written is not null)
        {
            await new LoadUndo(engine, logger).RunAsync(written, holders).ConfigureAwait(false);
            throw;
        }

        async Task<ArchiveImage> WriteAsync(ImageArchiveWriter writer, CancellationToken cancellation) =>
            written = await write(writer, cancellation).ConfigureAwait(false);
    }

    /// <summary>Gives an image the names that it did not have in the archive.</summary>
    private async Task NameAsync(LoadedImage loaded, CancellationToken cancellationToken)
    {
        var image = loaded.Image;
        var isUnnamed = IsUnnamed(loaded.NamedByManifest, loaded.Form);
        foreach (var name in isUnnamed ? image.Names : engine.Capabilities.LoadsEveryName ? [] : image.Names.Skip(1))
        {
            await engine.Images.TagAsync(isUnnamed ? image.ManifestDigest : image.Names[0], name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes an image that docker has taken, or half of it, and that got no name. Never throws.</summary>
    private async Task RemoveUnnamedAsync(Attempt attempt)
    {
        if (attempt.Unnamed is not { } id)
        {
            return;
        }

        using var limit = new CancellationTokenSource(RemovalLimit);
        try
        {
            var found = await engine.Images.InspectAsync([id], limit.Token).ConfigureAwait(false);
            if (found.TryGetValue(id, out var image) && image.Tags.Count == 0)
            {
                await engine.Images.RemoveAsync(id, force: false, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is PackException or OperationCanceledException)
        {
            logger.LogDebug("The image {Id} could not be removed: {Reason}", id, exception.Message);
        }
    }

    /// <summary>Loads the image with all layers. Whoever is told that one of them is nowhere is told, too, why it was looked for.</summary>
    private async Task<LoadedImage> LoadWholeAsync(
        ImageStoreTraits traits, ArchiveSource write, IReadOnlyList<string> heldIn, PackException refusal, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            return await new Attempt(engine, traits, write, ArchiveForm.Docker, progress)
                .RunAsync(new HeldLayers(engine, heldIn), null, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException missing) when (missing.ErrorId == PackErrorIds.LayerMissing)
        {
            throw new PackException(missing.ErrorId, missing.Kind, $"{missing.Message} Without it: {refusal.Message}", refusal)
            {
                Target = missing.Target,
                RecommendedAction = missing.RecommendedAction,
            };
        }
    }

    /// <summary>Whether the archive has no name for the image: where the manifest is the id, it gets its names after the load.</summary>
    private static bool IsUnnamed(bool namedByManifest, ArchiveForm form) => namedByManifest && form == ArchiveForm.Oci;

    /// <summary>Whether an engine may take the image with all its layers; one that refuses its name does not.</summary>
    private static bool IsRefusal(PackException exception) =>
        !exception.Message.Contains("invalid reference format", StringComparison.OrdinalIgnoreCase)
        && exception.Kind is PackErrorKind.Failed or PackErrorKind.NotFound or PackErrorKind.Unsupported or PackErrorKind.InvalidInput;

    /// <summary>One attempt at loading.</summary>
    private sealed class Attempt(IEngine engine, ImageStoreTraits traits, ArchiveSource write, ArchiveForm form, IProgress<long>? progress)
    {
        private ArchiveImage? _image;

        /// <summary>Whether what failed was the writing of the image, which another attempt would not mend.</summary>
        public bool SourceFailed { get; private set; }

        /// <summary>Whether the attempt left layers to the engine, or failed before that was known.</summary>
        public bool LeavesLayersOut => _image?.Layers.Any(layer => layer.Held) ?? true;

        public async Task<LoadedImage> RunAsync(HeldLayers? heldLayers, StoredLayers? storedLayers, CancellationToken cancellationToken)
        {
            long bytes = 0;
            await engine.Images.LoadAsync(WriteAsync, progress: null, cancellationToken).ConfigureAwait(false);
            return new LoadedImage(_image ?? throw new InvalidOperationException("the engine loaded an archive without reading it"), form, heldLayers is null, bytes) { NamedByManifest = traits.NamesByManifest };

            async Task WriteAsync(Stream destination, CancellationToken cancellation)
            {
                var counting = new CountingStream(destination, progress);
                await using (counting.ConfigureAwait(false))
                {
                    var writer = new ImageArchiveWriter(counting, form);
                    await using (writer.ConfigureAwait(false))
                    {
                        _image = await WriteImageAsync(writer, heldLayers, storedLayers, cancellation).ConfigureAwait(false);
                        await writer.CompleteAsync(InArchive(_image), cancellation).ConfigureAwait(false);
                    }

                    bytes = counting.Written;
                }
            }
        }

        /// <summary>The id of the image that the engine may have without a name; <see langword="null"/> when the archive named it, or never told of it.</summary>
        public string? Unnamed => KnowsByManifest ? _image?.ManifestDigest : null;

        /// <summary>Whether the engine calls the image by its manifest.</summary>
        public bool KnowsByManifest => IsUnnamed(traits.NamesByManifest, form);

        /// <summary>
        /// The image with the names that the archive may have. podman takes one. In containerd's store, a name is taken from the image that
        /// had it before the layers are looked at, and layers that this image alone had may be gone by then.
        /// </summary>
        private ArchiveImage InArchive(ArchiveImage image) =>
            KnowsByManifest ? new ArchiveImage(image.Config, image.Layers, [])
            : !engine.Capabilities.LoadsEveryName && image.Names.Count > 1 ? new ArchiveImage(image.Config, image.Layers, [image.Names[0]])
            : image;

        private async Task<ArchiveImage> WriteImageAsync(
            ImageArchiveWriter writer, HeldLayers? heldLayers, StoredLayers? storedLayers, CancellationToken cancellationToken)
        {
            ArchiveImage image;
            try
            {
                image = await write(writer, cancellationToken).ConfigureAwait(false);
            }
            catch (PackException)
            {
                SourceFailed = true;
                throw;
            }

            if (heldLayers is null)
            {
                return storedLayers is null ? image : await NameAsync(image, storedLayers, cancellationToken).ConfigureAwait(false);
            }

            var held = image.Layers.Where(layer => layer.Held).Select(layer => layer.DiffId).ToHashSet(StringComparer.Ordinal);
            var paths = await heldLayers.CopyAsync(held, writer, cancellationToken).ConfigureAwait(false);
            return new ArchiveImage(
                image.Config,
                [.. image.Layers.Select(layer => layer.Held ? layer with { Held = false, Path = paths[layer.DiffId] } : layer)],
                image.Names);
        }

        /// <summary>Gives the layers that are left to the engine the names it has for them, unless somebody knew them.</summary>
        private static async Task<ArchiveImage> NameAsync(ArchiveImage image, StoredLayers storedLayers, CancellationToken cancellationToken)
        {
            var unknown = image.Layers.Where(layer => layer is { Held: true, Blob.Size: 0 }).Select(layer => layer.DiffId).ToHashSet(StringComparer.Ordinal);
            if (unknown.Count == 0)
            {
                return image;
            }

            var found = await storedLayers.FindAsync(unknown, cancellationToken).ConfigureAwait(false);
            return new ArchiveImage(
                image.Config,
                [
                    .. image.Layers.Select(layer => unknown.Contains(layer.DiffId) && found.TryGetValue(layer.DiffId, out var blob)
                        ? layer with { Blob = blob }
                        : layer),
                ],
                image.Names);
        }
    }
}

/// <summary>An image that an engine has loaded.</summary>
/// <param name="Image">The image.</param>
/// <param name="Form">The form of the archive.</param>
/// <param name="Sparse">Whether the layers that the engine held were left out.</param>
/// <param name="Bytes">The size of the archive in bytes.</param>
public sealed record LoadedImage(ArchiveImage Image, ArchiveForm Form, bool Sparse, long Bytes)
{
    /// <summary>Whether the digest of the image's manifest is its id in the engine.</summary>
    public bool NamedByManifest { get; init; }
}
