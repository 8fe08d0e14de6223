using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Restoring;

/// <summary>
/// Gives buildpacks what earlier builds left: metadata of launch layers from the previous image, metadata and content of
/// cached layers from the cache. Restored metadata has no types: a buildpack says anew what a layer is for.
/// </summary>
internal sealed class LayerRestorer
{
    private readonly string layersDirectory;
    private readonly ApiVersion platformApi;
    private readonly VolumeCache? cache;
    private readonly CacheMetadata cached;
    private readonly ILifecycleLog log;

    /// <summary>Makes a restorer.</summary>
    /// <param name="layersDirectory">The layers folder.</param>
    /// <param name="platformApi">The platform's API.</param>
    /// <param name="cache">The cache; <see langword="null"/> when the platform gave none.</param>
    /// <param name="log">Where its lines go.</param>
    public LayerRestorer(string layersDirectory, ApiVersion platformApi, VolumeCache? cache, ILifecycleLog log)
    {
        this.layersDirectory = layersDirectory;
        this.platformApi = platformApi;
        this.cache = cache;
        this.log = log;
        cached = cache?.ReadMetadata() ?? new CacheMetadata();
    }

    /// <summary>Restores the layers of a build's buildpacks.</summary>
    /// <param name="buildpacks">The buildpacks.</param>
    /// <param name="previous">What the previous image says of its layers.</param>
    public void Restore(IReadOnlyList<GroupElement> buildpacks, LayersMetadata previous)
    {
        var contents = new List<(BuildpackLayer Layer, string DiffId)>();
        foreach (var buildpack in buildpacks)
        {
            var restored = RestoreMetadata(buildpack, previous.For(buildpack.Id).Layers, cached.For(buildpack.Id).Layers);
            contents.AddRange(ContentsOf(buildpack, cached.For(buildpack.Id).Layers, restored));
        }

        // One thread reads while another writes; more only fight for the disk.
        Parallel.ForEach(contents, new ParallelOptions { MaxDegreeOfParallelism = 2 }, content => RestoreContent(content.Layer, content.DiffId));
    }

    private Dictionary<string, string> RestoreMetadata(
        GroupElement buildpack, IReadOnlyDictionary<string, LayerMetadata> inImage, IReadOnlyDictionary<string, LayerMetadata> inCache)
    {
        var restored = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, metadata) in inImage)
        {
            var layer = BuildpackLayer.In(layersDirectory, buildpack, name);
            if (WhyNotFromImage(metadata.Types, inCache.GetValueOrDefault(name)) is { } reason)
            {
                log.Debug($"Not restoring metadata for \"{layer.Identifier}\", {reason}");
                continue;
            }

            log.Info($"Restoring metadata for \"{layer.Identifier}\" from app image");
            LayerToml.WriteRestored(layer.TomlPath, metadata.Data);
            restored[name] = metadata.Sha;
        }

        foreach (var (name, metadata) in inCache)
        {
            var layer = BuildpackLayer.In(layersDirectory, buildpack, name);
            if (!metadata.Types.Cache)
            {
                log.Debug($"Not restoring \"{layer.Identifier}\" from cache, marked as cache=false");
                continue;
            }

            if (metadata.Types.Launch && (inImage.ContainsKey(name) || !platformApi.AtLeast(0, 14)))
            {
                log.Debug($"Not restoring \"{layer.Identifier}\" from cache, marked as launch=true");
                continue;
            }

            log.Info($"Restoring metadata for \"{layer.Identifier}\" from cache");
            LayerToml.WriteRestored(layer.TomlPath, metadata.Data);
            restored[name] = metadata.Sha;
        }

        return restored;
    }

    private static string? WhyNotFromImage(LayerTypes types, LayerMetadata? inCache) => types switch
    {
        { Launch: false } => "marked as launch=false",
        // Later buildpacks need its content, so its buildpack makes it anew in any case.
        { Build: true, Cache: false } => "marked as build=true, cache=false",
        { Cache: true } when inCache?.Types.Cache != true => "marked as cache=true, but not found in cache",
        _ => null,
    };

    private IEnumerable<(BuildpackLayer Layer, string DiffId)> ContentsOf(
        GroupElement buildpack, IReadOnlyDictionary<string, LayerMetadata> inCache, Dictionary<string, string> restored)
    {
        // Only what lies in the layers folder now is looked at: a layer whose metadata was not restored is not there to be removed.
        foreach (var layer in BuildpackLayer.FindAll(layersDirectory, buildpack))
        {
            if (inCache.GetValueOrDefault(layer.Name) is not { Types.Cache: true } metadata)
            {
                continue;
            }

            var sha = restored.GetValueOrDefault(layer.Name, "");
            if (sha != metadata.Sha)
            {
                log.Info($"Removing \"{layer.Identifier}\", wrong sha");
                log.Debug($"Layer sha: \"{sha}\", cache sha: \"{metadata.Sha}\"");
                layer.Remove();
            }
            else
            {
                log.Info($"Restoring data for \"{layer.Identifier}\" from cache");
                yield return (layer, sha);
            }
        }
    }

    private void RestoreContent(BuildpackLayer layer, string diffId)
    {
        if (!CachedLayer.TryExtract(cache!, diffId, layersDirectory, out var problem))
        {
            // The metadata stays, as with the reference lifecycle.
            log.Warn($"Skipping restore for layer {layer.Identifier}: {problem}");
            layer.RemoveContent();
        }
    }
}
