using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>
/// A place that holds images: a registry, a layout folder, an archive, an engine. Names, manifests and blobs are the ones of the OCI
/// specifications; docker's schema 2 documents are kept byte for byte. All members may be called from several threads at once.
/// </summary>
internal interface IImageStore
{
    /// <summary>Where the images are, as the end of a sentence: <c>registry ghcr.io</c>, <c>layout folder /tmp/app</c>.</summary>
    string Place { get; }

    /// <summary>Finds a manifest or an index by tag, or by digest when the name has one.</summary>
    /// <returns>The document with its verified digest; <see langword="null"/> when the store has none of that name.</returns>
    Task<StoredManifest?> FindAsync(ImageReference name, CancellationToken cancellationToken);

    /// <summary>Whether a blob is in the repository of an image.</summary>
    /// <param name="image">Names the repository; its tag does not matter.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<bool> HasBlobAsync(ImageReference image, OciDescriptor blob, CancellationToken cancellationToken);

    /// <summary>Opens a blob. The stream has exactly the descriptor's size, and reading its last byte throws when the digest is another.</summary>
    /// <param name="image">Names the repository; its tag does not matter.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="cancellationToken">Ends the request; reading has tokens of its own.</param>
    /// <exception cref="PackException"><c>BlobNotFound</c>.</exception>
    Task<Stream> OpenBlobAsync(ImageReference image, OciDescriptor blob, CancellationToken cancellationToken);

    /// <summary>Puts a blob into the repository of an image, unless it is there.</summary>
    /// <param name="image">Names the repository; its tag does not matter.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="progress">Told the bytes sent so far.</param>
    /// <param name="cancellationToken">Ends the transfer; nothing of the blob is left then.</param>
    /// <returns>How the blob came there.</returns>
    Task<BlobTransfer> PutBlobAsync(ImageReference image, BlobSource blob, IProgress<long>? progress, CancellationToken cancellationToken);

    /// <summary>Puts a manifest or an index. What it refers to has to be there already.</summary>
    /// <param name="name">The name it gets: a tag, which moves if it exists; or the digest alone, which gives it no tag.</param>
    /// <param name="manifest">The document.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task PutManifestAsync(ImageReference name, StoredManifest manifest, CancellationToken cancellationToken);

    /// <summary>Puts an index in the place of another, if the name still has that one. Between the look and the put, another process may move the tag in a store that cannot do both at once.</summary>
    /// <param name="name">The name.</param>
    /// <param name="replaced">The digest of the document that the name has to have.</param>
    /// <param name="manifest">The document.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>Whether it was put.</returns>
    async Task<bool> TryReplaceManifestAsync(ImageReference name, string replaced, StoredManifest manifest, CancellationToken cancellationToken)
    {
        if ((await FindAsync(name, cancellationToken).ConfigureAwait(false))?.Descriptor.Digest != replaced)
        {
            return false;
        }

        await PutManifestAsync(name, manifest, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Gives an image of the store one more tag, in its own repository.</summary>
    /// <param name="name">The image.</param>
    /// <param name="tag">The tag; it moves if it exists.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="PackException"><c>ImageNotFound</c>.</exception>
    Task TagAsync(ImageReference name, string tag, CancellationToken cancellationToken);

    /// <summary>Removes a tag, and leaves the image to its other tags; with a digest: removes the manifest with all its tags.</summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> RemoveAsync(ImageReference name, CancellationToken cancellationToken);

    /// <summary>The tags of a repository.</summary>
    /// <returns>The tags in ordinal order; empty when there is no such repository.</returns>
    Task<IReadOnlyList<string>> ListTagsAsync(ImageReference image, CancellationToken cancellationToken);
}

/// <summary>How a blob came to be where it was put.</summary>
internal enum BlobTransfer
{
    /// <summary>The repository had it.</summary>
    Present,

    /// <summary>The store took it from another repository of its own: no byte moved.</summary>
    Mounted,

    /// <summary>Its bytes were sent.</summary>
    Sent,
}
