using Buildpacks.Oci;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Stores.Indexes;

/// <summary>Finds images of registries for an index.</summary>
/// <param name="store">The registries.</param>
internal sealed class IndexImages(IImageStore store)
{
    /// <summary>Operating systems of containers: <c>linux/arm64</c> is a platform and not a repository of Docker Hub.</summary>
    private static readonly string[] KnownSystems = ["linux", "windows", "freebsd", "darwin"];

    /// <summary>The entries of an image.</summary>
    /// <param name="text">The name of an image, or of an index.</param>
    /// <param name="platforms">The images of an index that are wanted; none for the one of this machine's platform.</param>
    /// <param name="all">Whether all images of an index are wanted, as they are listed there.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="PackException"><c>ImageNotFound</c>, <c>PlatformNotFound</c>, and what registries answer.</exception>
    public async Task<(ImageReference Name, IReadOnlyList<IndexEntry> Entries)> FindAsync(
        string text, IReadOnlyList<OciPlatform> platforms, bool all, CancellationToken cancellationToken)
    {
        var name = ImageNames.Read(text, "image");
        var document = await store.GetAsync(name, cancellationToken).ConfigureAwait(false);
        if (!document.IsIndex)
        {
            var image = IndexEntry.Of(await store.DescribeAsync(name, document, cancellationToken).ConfigureAwait(false), null);
            return platforms.Count == 0 || platforms.Any(wanted => image.Platform!.Fits(wanted))
                ? (name, [image])
                : throw StoreErrors.PlatformNotFound(name, platforms[0], [image.Platform!.ToString()]);
        }

        var listed = Read(document, name);
        if (all)
        {
            return (name, listed.Entries);
        }

        var index = document.ToIndex(store.Place);
        var entries = new List<IndexEntry>();
        foreach (var platform in platforms.Count > 0 ? platforms : [RegistryAccess.DefaultPlatform])
        {
            var chosen = PlatformChoice.Choose(index, platform, name);
            var image = await store.ResolveAsync(name.WithDigest(chosen.Digest), platform, cancellationToken).ConfigureAwait(false);
            entries.Add(IndexEntry.Of(image, listed.Entries.FirstOrDefault(entry => entry.Digest == chosen.Digest)));
        }

        return (name, entries);
    }

    /// <summary>The entry of an index that an image is.</summary>
    /// <param name="index">The index.</param>
    /// <param name="image">A digest, a name with a digest, a platform, the name that the image was added by, or the name of an image of a registry.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="PackException"><c>ManifestImageNotFound</c>, and what registries answer.</exception>
    public async Task<IndexEntry> ChooseAsync(LocalIndex index, string image, CancellationToken cancellationToken)
    {
        var entries = index.Document.Entries;
        var digest = OciDigest.IsValid(image) ? image : ImageReference.Find(image)?.Digest;
        if (digest is not null)
        {
            return entries.FirstOrDefault(entry => entry.Digest == digest) ?? throw IndexErrors.ImageNotFound(image, index.Name, index.Document);
        }

        if (image.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase) || image.StartsWith("sha512:", StringComparison.OrdinalIgnoreCase))
        {
            throw IndexErrors.DigestInvalid(image, index.Name);
        }

        if (OciPlatform.Find(image) is { } platform && (KnownSystems.Contains(platform.Os) || entries.Any(entry => entry.Platform?.Os == platform.Os)))
        {
            return entries.Where(entry => entry.Platform?.Fits(platform) == true).ToList() is [var only] ? only : throw IndexErrors.ImageNotFound(image, index.Name, index.Document);
        }

        var name = ImageNames.Read(image, "image");
        if (entries.Where(entry => index.Notes.Sources.GetValueOrDefault(entry.Digest) == name.ToString()).ToList() is [var added])
        {
            return added;
        }

        var document = await store.FindAsync(name, cancellationToken).ConfigureAwait(false) ?? throw IndexErrors.ImageNotFound(image, index.Name, index.Document);
        if (entries.FirstOrDefault(entry => entry.Digest == document.Descriptor.Digest) is { } found)
        {
            return found;
        }

        digest = document.IsIndex ? PlatformChoice.Choose(document.ToIndex(store.Place), RegistryAccess.DefaultPlatform, name).Digest : null;
        return entries.FirstOrDefault(entry => entry.Digest == digest) ?? throw IndexErrors.ImageNotFound(image, index.Name, index.Document);
    }

    /// <summary>An index of a registry.</summary>
    /// <exception cref="PackException"><c>ManifestInvalid</c>.</exception>
    public IndexDocument Read(StoredManifest document, ImageReference name) =>
        IndexDocument.Read(document.Content) ?? throw StoreErrors.ManifestInvalid(store.Place, $"the index {name} has an entry without a digest or a size");
}
