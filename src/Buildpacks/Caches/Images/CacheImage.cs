using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Caches.Images;

/// <summary>A build cache that is an image in a registry, as lifecycles write it: its layers are those of the cache, a label describes them.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Metadata">What it holds.</param>
/// <param name="Layers">Its layers by diffID.</param>
internal sealed record CacheImage(ImageReference Name, CacheMetadata Metadata, IReadOnlyDictionary<string, OciDescriptor> Layers)
{
    /// <summary>A layer without its compression has less than this: a layer of more fills a disk.</summary>
    public const long MaximumUnpacked = 32L * 1024 * 1024 * 1024;

    private const int BufferSize = 128 * 1024;

    /// <summary>Reads an image of a registry.</summary>
    /// <returns><see langword="null"/> when it is not a cache image.</returns>
    public static CacheImage? Of(StoredImage image)
    {
        var diffIds = image.Config.Rootfs.DiffIds;
        return diffIds.Count == image.Manifest.Layers.Count
            && CacheMetadata.Read(image.Config.Config?.Labels?.GetValueOrDefault(CacheMetadata.Name)) is { } metadata
                ? new CacheImage(
                    image.Name, metadata,
                    diffIds.Zip(image.Manifest.Layers).DistinctBy(layer => layer.First).ToDictionary(layer => layer.First, layer => layer.Second, StringComparer.Ordinal))
                : null;
    }

    /// <summary>Downloads a layer.</summary>
    /// <param name="store">The registry.</param>
    /// <param name="diffId">The layer.</param>
    /// <param name="logger">Is warned when the layer cannot be used.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <returns>The layer without compression, in a temporary file, at its beginning; <see langword="null"/> when it cannot be used.</returns>
    public async Task<FileStream?> DownloadAsync(IImageStore store, string diffId, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            return Layers.TryGetValue(diffId, out var blob)
                ? await DownloadAsync(store, diffId, blob, cancellationToken).ConfigureAwait(false)
                : throw new InvalidDataException("the image does not have it");
        }
        catch (Exception exception) when (exception is PackException or InvalidDataException or IOException)
        {
            logger.LogWarning("The layer {Layer} of the cache image {Image} cannot be used: {Reason}", diffId, Name.ToFamiliarString(), exception.Message);
            return null;
        }
    }

    private async Task<FileStream> DownloadAsync(IImageStore store, string diffId, OciDescriptor blob, CancellationToken cancellationToken)
    {
        var packed = TemporaryFile.Open();
        try
        {
            var download = await store.OpenBlobAsync(Name, blob, cancellationToken).ConfigureAwait(false);
            await using (download.ConfigureAwait(false))
            {
                await download.CopyToAsync(packed, BufferSize, cancellationToken).ConfigureAwait(false);
            }

            packed.Position = 0;
        }
        catch
        {
            await packed.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        // Lifecycles write one compressed layer with the media type of one that is not, and the reverse: the content tells.
        var content = await Gunzip.OpenAsync(packed, cancellationToken).ConfigureAwait(false);
        var layer = TemporaryFile.Open();
        try
        {
            await using (content.ConfigureAwait(false))
            {
                var actual = await HashedCopy.RunAsync(content, layer, MaximumUnpacked, cancellationToken).ConfigureAwait(false);
                layer.Position = 0;
                return actual == diffId ? layer : throw new InvalidDataException($"its content has the digest {actual}");
            }
        }
        catch
        {
            await layer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
