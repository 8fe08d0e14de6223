using Buildpacks.Oci;

namespace Buildpacks.Stores.Indexes;

/// <summary>An index to be published.</summary>
/// <param name="Document">The index.</param>
/// <param name="Sources">Where its images are, by digest.</param>
/// <param name="Targets">The names that it gets.</param>
internal sealed record IndexPublication(IndexDocument Document, IReadOnlyDictionary<string, ImageReference> Sources, IReadOnlyList<ImageReference> Targets)
{
    /// <summary>The repository of the index's own name, where the images of an index of pack usually are; <see langword="null"/> for none.</summary>
    public ImageReference? Home { get; init; }

    /// <summary>The digest of the index that is replaced; <see langword="null"/> for whatever has the names.</summary>
    public string? Replaces { get; init; }
}

/// <summary>
/// Puts indexes into registries. Images that a repository does not have are copied from where they were added: blobs of the same registry are
/// mounted. The index comes last.
/// </summary>
/// <param name="store">The registries.</param>
internal sealed class IndexPublisher(IImageStore store)
{
    /// <summary>Publishes an index.</summary>
    /// <param name="publication">The index and its names.</param>
    /// <param name="progress">Gives the progress of one blob.</param>
    /// <param name="cancellationToken">Ends the requests; no name is given then.</param>
    /// <exception cref="PackException"><c>ManifestImageMissing</c>, and what registries answer.</exception>
    public async Task<PackManifestPublication> PublishAsync(
        IndexPublication publication, Func<OciDescriptor, IProgress<long>?>? progress, CancellationToken cancellationToken)
    {
        var (copied, result) = (0, new StoreCopyResult("", 0, 0, 0, 0) { Id = "" });
        foreach (var target in publication.Targets)
        {
            if (target.IsLocal)
            {
                throw IndexErrors.NameLocal(target);
            }
        }

        var copier = new StoreCopier(store, store) { Progress = progress };
        foreach (var target in publication.Targets.DistinctBy(target => target.Name))
        {
            foreach (var entry in publication.Document.Entries)
            {
                if (await store.FindAsync(target.WithDigest(entry.Digest), cancellationToken).ConfigureAwait(false) is not null)
                {
                    continue;
                }

                var source = await SourceAsync(publication, entry, cancellationToken).ConfigureAwait(false) ?? throw IndexErrors.ImageMissing(entry, target);
                result = await copier.CopyAsync(source.WithDigest(entry.Digest), [target.WithDigest(entry.Digest)], cancellationToken).ConfigureAwait(false);
                copied++;
            }
        }

        var document = publication.Document.ToManifest();
        foreach (var target in publication.Targets)
        {
            if (publication.Replaces is not { } replaced)
            {
                await store.PutManifestAsync(target, document, cancellationToken).ConfigureAwait(false);
            }
            else if (!await store.TryReplaceManifestAsync(target, replaced, document, cancellationToken).ConfigureAwait(false))
            {
                break;
            }
        }

        return new PackManifestPublication
        {
            Name = publication.Targets[0].ToString(),
            Tags = [.. publication.Targets.Select(target => target.ToString())],
            Digest = document.Descriptor.Digest,
            MediaType = document.Descriptor.MediaType,
            Registry = publication.Targets[0].Registry,
            Images = publication.Document.Entries.Count,
            ImagesCopied = copied,
            BlobsMounted = result.Mounted,
            BlobsSent = result.Sent,
            BytesSent = result.Bytes,
        };
    }

    private async Task<ImageReference?> SourceAsync(IndexPublication publication, IndexEntry entry, CancellationToken cancellationToken) =>
        publication.Sources.GetValueOrDefault(entry.Digest) is { } known ? known
        : publication.Home is { } home && await store.FindAsync(home.WithDigest(entry.Digest), cancellationToken).ConfigureAwait(false) is not null ? home
        : null;
}
