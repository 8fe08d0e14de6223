using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>One image of a store, described: its layers stay where they are.</summary>
/// <param name="Name">The name that it was found by.</param>
/// <param name="Document">The manifest as the store has it.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="ConfigContent">The config's bytes.</param>
/// <param name="Config">The config.</param>
internal sealed record StoredImage(
    ImageReference Name, StoredManifest Document, OciManifest Manifest, ReadOnlyMemory<byte> ConfigContent, OciImageConfig Config)
{
    /// <summary>The digest of the manifest.</summary>
    public string Digest => Document.Descriptor.Digest;

    /// <summary>
    /// How the labels of an app image name this run image of a registry: by its repository and the digest of its manifest, as lifecycles
    /// write it. Docker Hub has the name of its index there.
    /// </summary>
    public string LabelReference => $"{Name.LabelName}@{Digest}";

    /// <summary>The image's id: the digest of its config.</summary>
    public string Id => Manifest.Config.Digest;
}

/// <summary>What is the same for every store.</summary>
internal static class ImageStoreExtensions
{
    private const int DeepestIndex = 3;

    /// <summary>A manifest or an index that has to exist.</summary>
    /// <exception cref="PackException"><c>ImageNotFound</c>.</exception>
    public static async Task<StoredManifest> GetAsync(this IImageStore store, ImageReference name, CancellationToken cancellationToken) =>
        await store.FindAsync(name, cancellationToken).ConfigureAwait(false) ?? throw StoreErrors.ImageNotFound(name, store.Place);

    /// <summary>Resolves a name to one image with its manifest and config. An index gives its image for the platform.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">The image.</param>
    /// <param name="platform">The platform; it chooses among the images of an index, and is not compared with an image that has no index.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="PackException"><c>ImageNotFound</c>, <c>PlatformNotFound</c>, <c>ManifestInvalid</c>.</exception>
    public static async Task<StoredImage> ResolveAsync(
        this IImageStore store, ImageReference name, OciPlatform platform, CancellationToken cancellationToken) =>
        await store.TryResolveAsync(name, platform, cancellationToken).ConfigureAwait(false) ?? throw StoreErrors.ImageNotFound(name, store.Place);

    /// <summary>Resolves a name to one image.</summary>
    /// <returns>The image; <see langword="null"/> when the store has none of that name.</returns>
    /// <exception cref="PackException"><c>PlatformNotFound</c>, <c>ManifestInvalid</c>.</exception>
    public static async Task<StoredImage?> TryResolveAsync(
        this IImageStore store, ImageReference name, OciPlatform platform, CancellationToken cancellationToken)
    {
        var document = await store.FindAsync(name, cancellationToken).ConfigureAwait(false);
        for (var depth = 0; document is { IsIndex: true }; depth++)
        {
            var chosen = depth < DeepestIndex
                ? PlatformChoice.Choose(document.ToIndex(store.Place), platform, name)
                : throw StoreErrors.ManifestInvalid(store.Place, "its indexes are nested too deeply");
            document = await store.GetAsync(name.WithDigest(chosen.Digest), cancellationToken).ConfigureAwait(false);
        }

        return document is null ? null : await store.DescribeAsync(name, document, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the config of a manifest.</summary>
    public static async Task<StoredImage> DescribeAsync(
        this IImageStore store, ImageReference name, StoredManifest document, CancellationToken cancellationToken)
    {
        var manifest = document.ToManifest(store.Place);
        var content = await store.ReadBlobAsync(name, manifest.Config, cancellationToken).ConfigureAwait(false);
        try
        {
            return new StoredImage(name, document, manifest, content, StrictJson.Deserialize(content.Span, OciJson.Default.OciImageConfig));
        }
        catch (JsonException exception)
        {
            throw StoreErrors.ManifestInvalid(store.Place, $"the config of {name} is malformed at {exception.Path ?? "$"}", exception);
        }
    }

    /// <summary>Reads a small blob.</summary>
    /// <exception cref="PackException"><c>ManifestInvalid</c>: the blob is larger than a document is.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBlobAsync(
        this IImageStore store, ImageReference image, OciDescriptor blob, CancellationToken cancellationToken)
    {
        if (blob.Size > StoredManifest.MaximumSize)
        {
            throw StoreErrors.ManifestInvalid(store.Place, $"the document {blob.Digest} has {blob.Size} bytes");
        }

        var stream = await store.OpenBlobAsync(image, blob, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var content = new byte[blob.Size];
            await stream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            return content;
        }
    }
}

/// <summary>Chooses the image of an index that fits a platform.</summary>
internal static class PlatformChoice
{
    private const int NewerThanUsual = 100;

    /// <summary>Chooses an image. The wanted variant is preferred; without one, the oldest that every machine of the architecture runs.</summary>
    /// <exception cref="PackException"><c>PlatformNotFound</c>.</exception>
    public static OciDescriptor Choose(OciIndex index, OciPlatform platform, ImageReference name) =>
        index.Manifests
            .Where(entry => entry.Platform is { } offered && offered.Os == platform.Os && offered.Architecture == platform.Architecture)
            .Select(entry => (entry, rank: Rank(entry.Platform!, platform)))
            .Where(entry => entry.rank is not null)
            .OrderBy(entry => entry.rank)
            .Select(entry => entry.entry)
            .FirstOrDefault()
        ?? (index.Manifests is [{ Platform: null } only]
            ? only
            : throw StoreErrors.PlatformNotFound(
                name, platform, index.Manifests.Select(entry => entry.Platform).OfType<OciPlatform>().Where(offered => offered.Os != "unknown").Select(offered => offered.ToString()).Distinct()));

    /// <summary>How well an image of a platform does for another one: 0 for the very platform, more for others that run on it.</summary>
    /// <returns><see langword="null"/> when it does not run there.</returns>
    public static int? Distance(OciPlatform offered, OciPlatform wanted) =>
        offered.Os == wanted.Os && offered.Architecture == wanted.Architecture ? Rank(offered, wanted) : null;

    private static int? Rank(OciPlatform offered, OciPlatform wanted)
    {
        var (have, want) = (Variant(offered), Variant(wanted));
        return have <= want ? want - have
            : wanted.Variant is null ? NewerThanUsual + have
            : null;
    }

    // v8 is what arm64 means without a variant, v7 what arm does, v1 what amd64 does.
    private static int Variant(OciPlatform platform) =>
        platform.Variant is { Length: > 1 } variant && variant[0] == 'v' && int.TryParse(variant.AsSpan(1), out var number)
            ? number
            : platform.Architecture switch { "arm64" => 8, "arm" => 7, "amd64" => 1, _ => 0 };
}
