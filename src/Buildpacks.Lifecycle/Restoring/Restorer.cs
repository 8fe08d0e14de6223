using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Restoring;

/// <summary>The restore phase.</summary>
/// <param name="layersDirectory">The layers folder.</param>
/// <param name="platformApi">The platform's API.</param>
/// <param name="cache">The cache; <see langword="null"/> when the platform gave none.</param>
/// <param name="log">Where its lines go.</param>
internal sealed class Restorer(string layersDirectory, ApiVersion platformApi, VolumeCache? cache, ILifecycleLog log)
{
    /// <summary>Restores what buildpacks may use again.</summary>
    /// <param name="buildpacks">The buildpacks of this build.</param>
    /// <param name="previous">What the previous image says of its layers.</param>
    /// <param name="skipLayers">Whether to restore nothing but what buildpacks stored.</param>
    public void Restore(IReadOnlyList<GroupElement> buildpacks, LayersMetadata previous, bool skipLayers)
    {
        foreach (var buildpack in buildpacks)
        {
            if (previous.For(buildpack.Id).Store is { } store)
            {
                StoreToml.Write(Path.Combine(layersDirectory, buildpack.EscapedId, "store.toml"), store);
            }
        }

        if (skipLayers)
        {
            log.Info("Skipping buildpack layer analysis");
        }
        else
        {
            new LayerRestorer(layersDirectory, platformApi, cache, log).Restore(buildpacks, previous);
        }

        if (platformApi.AtLeast(0, 8))
        {
            RestoreCachedBills(skipLayers);
            if (!skipLayers)
            {
                new SbomRestorer(layersDirectory, log).Distribute(buildpacks);
            }
        }
    }

    private void RestoreCachedBills(bool skipLayers)
    {
        if (cache?.ReadMetadata().Sbom is not { } diffId)
        {
            return;
        }

        // The reference lifecycle says so although it restores nothing when layers are skipped.
        log.Info("Restoring data for SBOM from cache");
        if (!skipLayers && !CachedLayer.TryExtract(cache, diffId, layersDirectory, out var problem))
        {
            throw new InvalidDataException($"restoring data: {problem}");
        }
    }
}
