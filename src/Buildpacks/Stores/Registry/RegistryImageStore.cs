using Buildpacks.Oci;

namespace Buildpacks.Stores.Registry;

/// <summary>Images in registries. The name of an image says which registry; one store serves all.</summary>
/// <param name="client">Sends the requests; left to the caller.</param>
internal sealed class RegistryImageStore(RegistryClient client) : IImageStore
{
    /// <inheritdoc/>
    public string Place => "registry";

    /// <inheritdoc/>
    public Task<StoredManifest?> FindAsync(ImageReference name, CancellationToken cancellationToken) => client.GetManifestAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> HasBlobAsync(ImageReference image, OciDescriptor blob, CancellationToken cancellationToken) =>
        client.HeadBlobAsync(image, blob, cancellationToken);

    /// <inheritdoc/>
    public async Task<Stream> OpenBlobAsync(ImageReference image, OciDescriptor blob, CancellationToken cancellationToken) =>
        await client.OpenBlobAsync(image, blob, 0, null, cancellationToken).ConfigureAwait(false)
        ?? throw StoreErrors.BlobNotFound(image, blob, "registry " + image.Registry);

    /// <inheritdoc/>
    public async Task<BlobTransfer> PutBlobAsync(ImageReference image, BlobSource blob, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        // A mount does nothing where the blob is already: asking for it first would be one request more.
        var mayMount = blob.MountFrom is { } from && from.Registry == image.Registry && from.Repository != image.Repository;
        return !mayMount && await client.HeadBlobAsync(image, blob.Descriptor, cancellationToken).ConfigureAwait(false)
            ? BlobTransfer.Present
            : await client.PutBlobAsync(image, blob, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task PutManifestAsync(ImageReference name, StoredManifest manifest, CancellationToken cancellationToken) =>
        client.PutManifestAsync(name, manifest, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> TryReplaceManifestAsync(ImageReference name, string replaced, StoredManifest manifest, CancellationToken cancellationToken) =>
        await client.HeadManifestAsync(name, cancellationToken).ConfigureAwait(false) == replaced
        && await client.TryPutManifestAsync(name, manifest, replaced, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task TagAsync(ImageReference name, string tag, CancellationToken cancellationToken)
    {
        var manifest = await this.GetAsync(name, cancellationToken).ConfigureAwait(false);
        await client.PutManifestAsync(name.WithTag(tag), manifest, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(ImageReference name, CancellationToken cancellationToken)
    {
        try
        {
            return await client.DeleteManifestAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException exception) when (exception.Kind == PackErrorKind.Unsupported && name.Digest is null)
        {
            return await RemoveTagAsync(name, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListTagsAsync(ImageReference image, CancellationToken cancellationToken) =>
        await client.ListTagsAsync(image, cancellationToken).ConfigureAwait(false) ?? [];

    /// <summary>
    /// Removes a tag from a registry that only deletes manifests, which takes all tags of the manifest: the tag moves to a manifest that
    /// nothing else names, and that one is deleted.
    /// </summary>
    private async Task<bool> RemoveTagAsync(ImageReference name, CancellationToken cancellationToken)
    {
        if (await client.HeadManifestAsync(name, cancellationToken).ConfigureAwait(false) is null)
        {
            return false;
        }

        var config = BlobSource.OfBytes(MediaTypes.Config, "{}"u8.ToArray());
        await PutBlobAsync(name, config, null, cancellationToken).ConfigureAwait(false);
        var placeholder = StoredManifest.Of(new OciManifest
        {
            Config = config.Descriptor,
            Annotations = new Dictionary<string, string> { ["io.buildpacks.removed"] = Guid.NewGuid().ToString("N") },
        });
        await client.PutManifestAsync(name, placeholder, cancellationToken).ConfigureAwait(false);
        return await client.DeleteManifestAsync(name.WithDigest(placeholder.Descriptor.Digest), cancellationToken).ConfigureAwait(false);
    }
}
