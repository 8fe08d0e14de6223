using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Caching;

/// <summary>Keeps the cache layers of a build for the next one.</summary>
/// <param name="cache">The cache.</param>
/// <param name="layersDirectory">The layers folder.</param>
/// <param name="owner">Who owns what is in the layers.</param>
/// <param name="log">Where its lines go.</param>
internal sealed class CacheExport(VolumeCache cache, string layersDirectory, Owner owner, ILifecycleLog log)
{
    /// <summary>Replaces the cache's content.</summary>
    /// <param name="buildpacks">The buildpacks of this build.</param>
    /// <param name="known">DiffIDs that the export found already, by layer id: these layers are not hashed again.</param>
    /// <param name="withBills">Whether bills of materials are kept too.</param>
    public void Export(IReadOnlyList<GroupElement> buildpacks, IReadOnlyDictionary<string, string> known, bool withBills)
    {
        var previous = cache.ReadMetadata();
        var exported = new List<BuildpackLayersMetadata>();
        foreach (var buildpack in buildpacks)
        {
            exported.Add(Export(buildpack, previous.For(buildpack.Id), known));
        }

        cache.Commit(new CacheMetadata { Buildpacks = exported, Sbom = withBills ? ExportBills(previous.Sbom) : null });
    }

    private BuildpackLayersMetadata Export(GroupElement buildpack, BuildpackLayersMetadata previous, IReadOnlyDictionary<string, string> known)
    {
        var exported = new Dictionary<string, LayerMetadata>(StringComparer.Ordinal);
        foreach (var layer in BuildpackLayer.FindAll(layersDirectory, buildpack))
        {
            var toml = layer.Read();
            if (!toml.Types.Cache)
            {
                continue;
            }

            if (!layer.HasContent)
            {
                log.Warn($"Failed to cache layer '{layer.Identifier}' because it has no contents");
                continue;
            }

            var source = DirectoryLayer.Of(layer.Identifier, layer.Directory, owner, layer.CreatedBy);
            var sha = AddOrReuse(source, known.GetValueOrDefault(layer.Identifier), previous.Layers.GetValueOrDefault(layer.Name)?.Sha);
            exported[layer.Name] = new LayerMetadata { Sha = sha, Types = toml.Types, Data = toml.Data };
        }

        return new BuildpackLayersMetadata(buildpack.Id, buildpack.Version) { Layers = exported };
    }

    private string? ExportBills(string? previous)
    {
        var bills = Path.Combine(layersDirectory, "sbom", "cache");
        return Directory.Exists(bills)
            ? AddOrReuse(DirectoryLayer.Of("buildpacksio/lifecycle:cache.sbom", bills, owner, "Software Bill-of-Materials"), null, previous)
            : null;
    }

    // The reference lifecycle says that it adds a layer also when it has just said that it uses it again.
    private string AddOrReuse(LayerSource layer, string? known, string? previous)
    {
        var diffId = known ?? (previous is null ? null : LayerHasher.DiffId(layer));
        var isCached = false;
        if (diffId is not null && diffId == previous)
        {
            var problem = cache.ProblemOf(diffId);
            isCached = problem is null && cache.TryReuse(diffId);
            if (isCached)
            {
                log.Info($"Reusing cache layer '{layer.Id}'");
                log.Debug($"Layer '{layer.Id}' SHA: {diffId}");
            }
            else
            {
                log.Warn($"Skipping reuse for layer {layer.Id}: {problem}");
            }
        }

        log.Info($"Adding cache layer '{layer.Id}'");
        if (!isCached)
        {
            (_, diffId) = cache.Add(layer);
        }

        log.Debug($"Layer '{layer.Id}' SHA: {diffId}");
        return diffId!;
    }
}
