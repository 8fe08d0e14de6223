using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Copies;

/// <summary>An image that is to be copied, wherever it is.</summary>
internal interface IImageSource : IAsyncDisposable
{
    /// <summary>Where it is, in words.</summary>
    string Place { get; }

    /// <summary>The image's id: the digest of its config (of an engine with containerd's store: what that docker calls the id).</summary>
    string Id { get; }

    /// <summary>Whether the id is the digest of a manifest, which other places do not know.</summary>
    bool IsKnownByManifest { get; }

    /// <summary>The image's names, full and with tags.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>The config, as far as it is known before the image is read.</summary>
    OciImageConfig Config { get; }

    /// <summary>Reads the image once: hands out each layer that is wanted, in any order, as it comes.</summary>
    /// <param name="wants">Decides about a layer, with all that is known of it.</param>
    /// <param name="take">Takes a layer's content, whose end throws when it is not what its digest says.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The config's bytes.</returns>
    Task<ReadOnlyMemory<byte>> ReadAsync(
        Predicate<ArchiveLayer> wants, Func<ArchiveLayer, Stream, CancellationToken, Task> take, CancellationToken cancellationToken);
}

/// <summary>A place that an image is copied to.</summary>
internal interface IImageTarget
{
    /// <summary>Where it is, in words.</summary>
    string Place { get; }

    /// <summary>Takes an image. When that fails or is cancelled, the place is as it was.</summary>
    /// <param name="source">The image.</param>
    /// <param name="names">The names it gets, with tags.</param>
    /// <param name="progress">Told the bytes written so far.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    Task<CopiedImage> TakeAsync(IImageSource source, IReadOnlyList<ImageReference> names, IProgress<long> progress, CancellationToken cancellationToken);
}

/// <summary>What became of an image that was copied.</summary>
/// <param name="Id">Its id at the place it was copied to.</param>
/// <param name="LayersMoved">The layers that were written.</param>
/// <param name="LayersSkipped">The layers that were there already.</param>
/// <param name="Bytes">The bytes written.</param>
internal sealed record CopiedImage(string Id, int LayersMoved, int LayersSkipped, long Bytes)
{
    /// <summary>The digest of its manifest in a registry; <see langword="null"/> elsewhere.</summary>
    public string? Digest { get; init; }

    /// <summary>The digest of its manifest in a layout or an OCI archive; <see langword="null"/> elsewhere.</summary>
    public string? ManifestDigest { get; init; }

    /// <summary>Where it is, in words, when that is known only now; <see langword="null"/> for <see cref="IImageTarget.Place"/>.</summary>
    public string? Place { get; init; }
}
