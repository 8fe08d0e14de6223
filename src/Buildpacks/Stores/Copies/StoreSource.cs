using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Copies;

/// <summary>An image of a store that gives out blobs one by one, such as a registry. Only layers that are wanted are downloaded.</summary>
/// <param name="store">The store; left to the caller.</param>
/// <param name="image">The image.</param>
internal sealed class StoreSource(IImageStore store, StoredImage image) : IImageSource
{
    /// <inheritdoc/>
    public string Place => $"{store.Place} {image.Name.Registry}";

    /// <inheritdoc/>
    public string Id => image.Id;

    /// <inheritdoc/>
    public bool IsKnownByManifest => false;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => image.Name.Tag is null ? [] : [image.Name.ToString()];

    /// <inheritdoc/>
    public OciImageConfig Config => image.Config;

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(
        Predicate<ArchiveLayer> wants, Func<ArchiveLayer, Stream, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        var diffIds = Config.Rootfs.DiffIds;
        if (diffIds.Count != image.Manifest.Layers.Count)
        {
            throw FileErrors.Invalid(Place, $"its manifest has {image.Manifest.Layers.Count} layers and its config {diffIds.Count}");
        }

        foreach (var (diffId, blob) in diffIds.Zip(image.Manifest.Layers).DistinctBy(layer => layer.First))
        {
            var layer = new ArchiveLayer { DiffId = diffId, Blob = blob with { MediaType = MediaTypes.ToOci(blob.MediaType), Annotations = null } };
            if (wants(layer))
            {
                var content = await store.OpenBlobAsync(image.Name, blob, cancellationToken).ConfigureAwait(false);
                await using (content.ConfigureAwait(false))
                {
                    await take(layer, content, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return image.ConfigContent;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
