using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores.Archives;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Copies;

/// <summary>
/// A store that takes blobs one by one, such as a registry, and that an image is copied to. Layers of an engine are not compressed: they are
/// compressed on the way, unless the image that has the name now has them too. Manifests come after the blobs and names after all else, so a
/// copy that fails half-way gives no name to anything.
/// </summary>
/// <param name="store">The store; left to the caller.</param>
/// <param name="logger">Is told what is decided.</param>
internal sealed class StoreTarget(IImageStore store, ILogger logger) : IImageTarget
{
    /// <inheritdoc/>
    public string Place => store.Place;

    /// <inheritdoc/>
    public async Task<CopiedImage> TakeAsync(
        IImageSource source, IReadOnlyList<ImageReference> names, IProgress<long> progress, CancellationToken cancellationToken)
    {
        ImageReference[] targets = names.Count > 0 ? [.. names] : throw CopyErrors.NameMissing(source.Place);
        if (Array.Find(targets, target => target.IsLocal) is { } local)
        {
            throw CopyErrors.NameLocal(local);
        }

        var known = await KnownLayersAsync(targets[0], source.Config, cancellationToken).ConfigureAwait(false);
        var layers = new Dictionary<string, OciDescriptor>(StringComparer.Ordinal);
        var (moved, bytes) = (0, 0L);
        var sum = new SummedProgress(progress);
        var config = await source.ReadAsync(IsUnknown, PutLayerAsync, cancellationToken).ConfigureAwait(false);

        var diffIds = source.Config.Rootfs.DiffIds;
        using var configBlob = BlobSource.OfBytes(MediaTypes.Config, config);
        if (await store.PutBlobAsync(targets[0], configBlob, null, cancellationToken).ConfigureAwait(false) == BlobTransfer.Sent)
        {
            bytes += configBlob.Descriptor.Size;
        }

        var manifest = StoredManifest.Of(new OciManifest
        {
            MediaType = MediaTypes.Manifest,
            Config = configBlob.Descriptor,
            Layers = [.. diffIds.Select(diffId => layers[diffId])],
        });
        await store.PutManifestAsync(targets[0], manifest, cancellationToken).ConfigureAwait(false);
        if (targets.Length > 1)
        {
            bytes += (await new StoreCopier(store, store).CopyAsync(targets[0], targets[1..], cancellationToken).ConfigureAwait(false)).Bytes;
        }

        return new CopiedImage(configBlob.Descriptor.Digest, moved, layers.Count - moved, bytes)
        {
            Digest = manifest.Descriptor.Digest,
            Place = $"{store.Place} {targets[0].Registry}",
        };

        bool IsUnknown(ArchiveLayer layer)
        {
            if (known.TryGetValue(layer.DiffId, out var blob))
            {
                layers[layer.DiffId] = blob;
                return false;
            }

            return layer.Held ? throw CopyErrors.LayerMissing(source.Place, layer.DiffId) : true;
        }

        async Task PutLayerAsync(ArchiveLayer layer, Stream content, CancellationToken token)
        {
            using var blob = await BlobSource.OfLayerAsync(content, layer.Blob, token).ConfigureAwait(false);
            layers[layer.DiffId] = blob.Descriptor;
            if (await store.PutBlobAsync(targets[0], blob, sum.Next(), token).ConfigureAwait(false) == BlobTransfer.Sent)
            {
                moved++;
                bytes += blob.Descriptor.Size;
            }
        }
    }

    /// <summary>The layers that the image of that name has: what they are called there is known only from its manifest.</summary>
    private async Task<Dictionary<string, OciDescriptor>> KnownLayersAsync(ImageReference name, OciImageConfig config, CancellationToken cancellationToken)
    {
        try
        {
            var platform = new OciPlatform(config.Architecture, config.Os, config.Variant);
            if (await store.TryResolveAsync(name, platform, cancellationToken).ConfigureAwait(false) is { } image
                && image.Config.Rootfs.DiffIds.Count == image.Manifest.Layers.Count)
            {
                return image.Config.Rootfs.DiffIds.Zip(image.Manifest.Layers).DistinctBy(layer => layer.First)
                    .ToDictionary(layer => layer.First, layer => layer.Second with { MediaType = MediaTypes.ToOci(layer.Second.MediaType) }, StringComparer.Ordinal);
            }
        }
        catch (PackException problem) when (problem.ErrorId is PackErrorIds.PlatformNotFound or PackErrorIds.ManifestInvalid or PackErrorIds.BlobNotFound)
        {
            logger.LogDebug("The image {Name} is replaced without a look at its layers: {Reason}", name, problem.Message);
        }

        return [];
    }
}
