using Buildpacks.Engines;
using Buildpacks.Stores;
using Buildpacks.Stores.LayerCaching;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Caches;

/// <summary>
/// Finds the SBOM layer of a previous image, the one layer of which the lifecycle wants more than a description: in the cache, else in
/// the engine, which has to save the image for it.
/// </summary>
internal sealed class SbomLayerSource(IEngine engine, LayerCache cache, ILogger logger)
{
    /// <summary>Finds the layer.</summary>
    /// <param name="previous">The previous image.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The layer; <see langword="null"/> when the image has no SBOM layer, or it cannot be had.</returns>
    public async Task<CachedLayer?> FindAsync(ImageDetail previous, CancellationToken cancellationToken)
    {
        if (AppMetadata.Read(previous.Config)?.SbomLayer is not { } diffId || !previous.Config.Rootfs.DiffIds.Contains(diffId))
        {
            return null;
        }

        if (cache.Find(diffId) is { } kept)
        {
            return kept;
        }

        logger.LogDebug("The SBOM layer of the previous image is not in the cache; reading it from the engine.");
        try
        {
            await new LayerSearch(engine, cache).FetchAsync(previous, diffId, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is PackException or IOException or FormatException or InvalidDataException)
        {
            logger.LogDebug("The engine could not export the previous image: {Reason}", exception.Message);
        }

        var found = cache.Find(diffId);
        if (found is null)
        {
            logger.LogWarning("The SBOM of the previous image could not be read: the new image's SBOM may lack the entries of layers that were reused.");
        }

        return found;
    }
}
