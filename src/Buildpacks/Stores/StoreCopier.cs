using System.Collections.Concurrent;
using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>What a copy moved.</summary>
/// <param name="Digest">The digest of the manifest or index at its new place.</param>
/// <param name="Sent">The blobs whose bytes were sent.</param>
/// <param name="Mounted">The blobs that the store took from another repository of its own.</param>
/// <param name="Present">The blobs that were there.</param>
/// <param name="Bytes">The bytes sent.</param>
internal sealed record StoreCopyResult(string Digest, int Sent, int Mounted, int Present, long Bytes)
{
    /// <summary>What was copied: the digest of the config of an image, or the digest of an index.</summary>
    public required string Id { get; init; }
}

/// <summary>
/// Copies images and indexes from one store to another, or within one: several blobs at once, only those that are missing. Manifests come
/// after the blobs and names after all else, so that a copy that fails half-way gives no name to anything.
/// </summary>
/// <param name="from">Where the images are.</param>
/// <param name="to">Where they go.</param>
internal sealed class StoreCopier(IImageStore from, IImageStore to)
{
    private const int Deepest = 3;

    private readonly ConcurrentDictionary<BlobTransfer, int> _transfers = new();
    private long _bytes;

    /// <summary>How many blobs move at once.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>Which images of an index are copied; all without it. An index with fewer images is another index.</summary>
    public Predicate<OciDescriptor>? Wants { get; init; }

    /// <summary>Gives the progress of one blob. Called when the blob begins.</summary>
    public Func<OciDescriptor, IProgress<long>?>? Progress { get; init; }

    /// <summary>Copies.</summary>
    /// <param name="source">The image or index.</param>
    /// <param name="names">The names that it gets, of any repositories.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <exception cref="PackException"><c>ImageNotFound</c>, and what the stores throw.</exception>
    public async Task<StoreCopyResult> CopyAsync(ImageReference source, IReadOnlyList<ImageReference> names, CancellationToken cancellationToken)
    {
        var document = Reduced(await from.GetAsync(source, cancellationToken).ConfigureAwait(false));
        var done = new List<ImageReference>();
        foreach (var target in names.DistinctBy(name => name.Name))
        {
            // A repository of the same registry that has the blobs already gives them without a byte moving.
            var near = done.Find(other => other.Registry == target.Registry);
            Origin origin = source.Registry != target.Registry && near is not null ? new(to, near) : new(from, source);
            await CopyContentAsync(origin, source, document, target, 0, cancellationToken).ConfigureAwait(false);
            done.Add(target);
        }

        foreach (var name in names)
        {
            await to.PutManifestAsync(name, document, cancellationToken).ConfigureAwait(false);
        }

        return new StoreCopyResult(
            document.Descriptor.Digest, _transfers.GetValueOrDefault(BlobTransfer.Sent), _transfers.GetValueOrDefault(BlobTransfer.Mounted),
            _transfers.GetValueOrDefault(BlobTransfer.Present), _bytes)
        {
            Id = document.IsIndex ? document.Descriptor.Digest : document.ToManifest(from.Place).Config.Digest,
        };
    }

    private StoredManifest Reduced(StoredManifest document)
    {
        if (Wants is null || !document.IsIndex)
        {
            return document;
        }

        var index = document.ToIndex(from.Place);
        return StoredManifest.Of(index with { Manifests = [.. index.Manifests.Where(entry => Wants(entry))] });
    }

    /// <summary>Copies what a document refers to.</summary>
    private async Task CopyContentAsync(Origin origin, ImageReference source, StoredManifest document, ImageReference target, int depth, CancellationToken cancellationToken)
    {
        if (!document.IsIndex)
        {
            await CopyBlobsAsync(origin, document.ToManifest(from.Place), target, cancellationToken).ConfigureAwait(false);
            return;
        }

        foreach (var entry in document.ToIndex(from.Place).Manifests)
        {
            var child = depth < Deepest
                ? await from.GetAsync(source.WithDigest(entry.Digest), cancellationToken).ConfigureAwait(false)
                : throw StoreErrors.ManifestInvalid(from.Place, "its indexes are nested too deeply");
            await CopyContentAsync(origin, source, child, target, depth + 1, cancellationToken).ConfigureAwait(false);
            await to.PutManifestAsync(target.WithDigest(entry.Digest), child, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task CopyBlobsAsync(Origin origin, OciManifest manifest, ImageReference target, CancellationToken cancellationToken) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            manifest.Layers.Append(manifest.Config).DistinctBy(blob => blob.Digest).Where(IsCopied),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (blob, token) =>
            {
                using var content = BlobSource.OfStore(origin.Store, origin.Image, blob);
                var transfer = await to.PutBlobAsync(target, content, Progress?.Invoke(blob), token).ConfigureAwait(false);
                _transfers.AddOrUpdate(transfer, 1, (_, count) => count + 1);
                if (transfer == BlobTransfer.Sent)
                {
                    Interlocked.Add(ref _bytes, blob.Size);
                }
            });

    /// <summary>Layers that may not be given on (those of Windows) are downloaded from their maker, and no registry has them.</summary>
    private static bool IsCopied(OciDescriptor blob) =>
        !blob.MediaType.Contains("nondistributable", StringComparison.Ordinal) && !blob.MediaType.Contains("rootfs.foreign", StringComparison.Ordinal);

    /// <summary>Where blobs are taken from.</summary>
    private sealed record Origin(IImageStore Store, ImageReference Image);
}
