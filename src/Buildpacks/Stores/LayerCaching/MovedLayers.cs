using Buildpacks.Engines;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.LayerCaching;

/// <summary>
/// Adds to an archive, from the cache, the layers that the engine holds on top of other layers than the new image has them. docker's
/// graph drivers know a layer only together with all that is below it.
/// </summary>
/// <param name="heldIn">The images that the layers come from.</param>
/// <param name="cache">The cache.</param>
internal sealed class MovedLayers(IReadOnlyList<ImageDetail> heldIn, LayerCache cache)
{
    /// <summary>Adds the layers.</summary>
    /// <param name="image">The image, with layers left to the engine.</param>
    /// <param name="archive">Gets the layers that have to be sent after all.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>The image; layers that the cache does not have are still left to the engine, which will refuse them.</returns>
    public async Task<ArchiveImage> SupplyAsync(ArchiveImage image, ImageArchiveWriter archive, CancellationToken cancellationToken)
    {
        var inPlace = heldIn.Select(held => SharedLayers(image, held)).DefaultIfEmpty(0).Max();
        var layers = image.Layers.ToList();
        for (var i = inPlace; i < layers.Count; i++)
        {
            if (layers[i].Held && cache.Find(layers[i].DiffId) is { } kept)
            {
                var content = File.OpenRead(kept.Path);
                await using (content.ConfigureAwait(false))
                {
                    await archive.WriteBlobAsync(kept.Blob.Digest, kept.Blob.Size, content, cancellationToken).ConfigureAwait(false);
                }

                layers[i] = layers[i] with { Held = false, Blob = kept.Blob };
            }
        }

        return new ArchiveImage(image.Config, layers, image.Names);
    }

    /// <summary>How many layers, from the base up, two images have in common.</summary>
    private static int SharedLayers(ArchiveImage image, ImageDetail other) =>
        image.Layers.Zip(other.Config.Rootfs.DiffIds).TakeWhile(pair => pair.First.DiffId == pair.Second).Count();
}
