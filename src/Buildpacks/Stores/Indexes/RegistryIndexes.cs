using System.Security.Cryptography;
using System.Text;
using Buildpacks.Configuration;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Indexes;

/// <summary>
/// Changes indexes in registries. A change is made to what the registry has at that moment: when another process moves the tag meanwhile, the
/// change is made again to the new index. A registry that supports If-Match refuses to overwrite an index that it no longer has; of others, the
/// digest is compared right before the index is put, and the index is read again afterwards.
/// </summary>
/// <param name="store">The registries.</param>
/// <param name="publisher">Puts indexes.</param>
/// <param name="locks">The folder of the locks by which processes of this machine wait for each other.</param>
internal sealed class RegistryIndexes(IImageStore store, IndexPublisher publisher, string locks)
{
    private const int Attempts = 8;

    /// <summary>The folder of the locks of this user.</summary>
    public static string LocksOfUser => Path.Combine(UserFolders.State, "indexes");

    /// <summary>Reads an index.</summary>
    /// <exception cref="PackException"><c>ManifestNotFound</c>, <c>ManifestNotAnIndex</c>, and what registries answer.</exception>
    public async Task<RegistryIndexDocument> GetAsync(ImageReference name, CancellationToken cancellationToken)
    {
        var document = await store.FindAsync(name, cancellationToken).ConfigureAwait(false) ?? throw IndexErrors.NotInRegistry(name);
        if (!document.IsIndex)
        {
            throw IndexErrors.NotAnIndex(name.ToString());
        }

        var index = IndexDocument.Read(document.Content) ?? throw StoreErrors.ManifestInvalid(store.Place, $"the index {name} has an entry without a digest or a size");
        return new RegistryIndexDocument(name, document.Descriptor.Digest, index);
    }

    /// <summary>Changes an index.</summary>
    /// <param name="name">The index: a tag.</param>
    /// <param name="change">
    /// Makes the changed index of the one that there is, and says where images are that the repository may lack. It is called again for an index
    /// that another process put meanwhile; called for its own result it changes nothing.
    /// </param>
    /// <param name="progress">Gives the progress of one blob.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>The index as it is in the registry.</returns>
    /// <exception cref="PackException"><c>ManifestChanged</c>: other processes change the index all the time. And what registries answer.</exception>
    public async Task<RegistryIndexDocument> ChangeAsync(
        ImageReference name, Func<RegistryIndexDocument, Task<(IndexDocument Document, IReadOnlyDictionary<string, ImageReference> Sources)>> change,
        Func<OciDescriptor, IProgress<long>?>? progress, CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(name, cancellationToken).ConfigureAwait(false);
        var before = await GetAsync(name, cancellationToken).ConfigureAwait(false);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (changed, sources) = await change(before).ConfigureAwait(false);
            if (attempt > 0 && IsSame(changed, before.Document))
            {
                return before;
            }

            if (changed.ToManifest().Descriptor.Digest != before.Digest)
            {
                await publisher.PublishAsync(new IndexPublication(changed, sources, [name]) { Home = name, Replaces = before.Digest }, progress, cancellationToken).ConfigureAwait(false);
            }

            before = await GetAsync(name, cancellationToken).ConfigureAwait(false);
            if (IsSame(changed, before.Document))
            {
                return before;
            }
        }

        throw IndexErrors.Changed(name);
    }

    /// <summary>Waits for other processes of this machine that change the index.</summary>
    private async Task<IDisposable?> TakeTurnAsync(ImageReference name, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(locks);
            var file = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name.ToString())), 0, 12).ToLowerInvariant() + ".lock";
            return await FileLock.TakeAsync(Path.Combine(locks, file), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without a lock, the digests decide alone.
            return null;
        }
    }

    /// <summary>Whether two indexes have the same images and annotations, in whatever order.</summary>
    private static bool IsSame(IndexDocument left, IndexDocument right) => Sorted(left) == Sorted(right);

    private static string Sorted(IndexDocument index) =>
        (index with { Entries = [.. index.Entries.OrderBy(entry => entry.Digest, StringComparer.Ordinal)] }).ToManifest().Descriptor.Digest;
}

/// <summary>An index of a registry.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Document">The index.</param>
internal sealed record RegistryIndexDocument(ImageReference Name, string Digest, IndexDocument Document)
{
    /// <summary>The index as those of this machine are, to find images in it.</summary>
    public LocalIndex AsLocal() => new(Name.ToString(), "", Document, new IndexNotes());
}
