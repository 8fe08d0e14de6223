using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Exporting;

/// <summary>Puts the launch layers of buildpacks on an app image.</summary>
/// <param name="layersDirectory">The layers folder.</param>
/// <param name="owner">Who owns what is in them.</param>
/// <param name="layers">Takes the layers.</param>
/// <param name="log">Where its lines go.</param>
internal sealed class BuildpackLayersExport(string layersDirectory, Owner owner, LayerExporter layers, ILifecycleLog log)
{
    /// <summary>Exports a buildpack's launch layers.</summary>
    /// <param name="buildpack">The buildpack.</param>
    /// <param name="previous">What it contributed to the previous image.</param>
    /// <returns>What it contributes now.</returns>
    /// <exception cref="InvalidDataException">A layer has neither content nor a predecessor, or its TOML file is malformed.</exception>
    public BuildpackLayersMetadata Export(GroupElement buildpack, BuildpackLayersMetadata previous)
    {
        var exported = new Dictionary<string, LayerMetadata>(StringComparer.Ordinal);
        var store = StoreToml.ReadIfExists(Path.Combine(layersDirectory, buildpack.EscapedId, "store.toml"));
        var malformed = new List<string>();
        foreach (var layer in BuildpackLayer.FindAll(layersDirectory, buildpack))
        {
            LayerToml toml;
            try
            {
                toml = layer.Read();
            }
            catch (InvalidDataException e)
            {
                log.Debug(e.Message);
                malformed.Add(layer.Identifier);
                continue;
            }

            if (toml.Types.Launch)
            {
                log.Debug($"Processing launch layer: {layer.Directory}");
                var sha = Export(layer, toml, previous.Layers.GetValueOrDefault(layer.Name)?.Sha);
                exported[layer.Name] = new LayerMetadata { Sha = sha, Types = toml.Types, Data = toml.Data };
            }
        }

        if (malformed.Count > 0)
        {
            throw new InvalidDataException($"failed to parse metadata for layers '[{string.Join(' ', malformed)}]'");
        }

        return new BuildpackLayersMetadata(buildpack.Id, buildpack.Version) { Layers = exported, Store = store };
    }

    private string Export(BuildpackLayer layer, LayerToml toml, string? previous)
    {
        if (layer.HasContent)
        {
            return layers.AddOrReuse(DirectoryLayer.Of(layer.Identifier, layer.Directory, owner, layer.CreatedBy), previous);
        }

        if (toml.Types.Cache)
        {
            throw new InvalidDataException($"layer '{layer.Identifier}' is cache=true but has no contents");
        }

        if (previous is null)
        {
            throw new InvalidDataException($"cannot reuse '{layer.Identifier}', previous image has no metadata for layer '{layer.Identifier}'");
        }

        log.Info($"Reusing layer '{layer.Identifier}'");
        log.Debug($"Layer '{layer.Identifier}' SHA: {previous}");
        layers.Reuse(previous, layer.Identifier, layer.CreatedBy);
        return previous;
    }
}
