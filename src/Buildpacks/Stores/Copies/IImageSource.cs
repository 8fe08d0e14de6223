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
