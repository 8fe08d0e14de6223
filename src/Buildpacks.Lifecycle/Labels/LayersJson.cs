using System.Text.Json.Nodes;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;

namespace Buildpacks.Lifecycle.Labels;

/// <summary>What buildpacks contributed, as labels and caches have it.</summary>
internal static class LayersJson
{
    /// <summary>A buildpack's layers as JSON.</summary>
    public static JsonObject Of(BuildpackLayersMetadata buildpack)
    {
        var json = new JsonObject
        {
            ["key"] = buildpack.Id,
            ["version"] = buildpack.Version,
            ["layers"] = new JsonObject(buildpack.Layers.OrderBy(layer => layer.Key, StringComparer.Ordinal).Select(layer => KeyValuePair.Create<string, JsonNode?>(layer.Key, Of(layer.Value)))),
        };
        if (buildpack.Store is { } store)
        {
            json["store"] = new JsonObject { ["metadata"] = TomlJson.ToJson(store) };
        }

        return json;
    }

    /// <summary>Reads a buildpack's layers; what is of another kind than expected counts as missing.</summary>
    public static BuildpackLayersMetadata Read(JsonObject json) => new(json.Text("key"), json.Text("version"))
    {
        Layers = json["layers"] is JsonObject layers
            ? layers.Where(layer => layer.Value is JsonObject).ToDictionary(layer => layer.Key, layer => ReadLayer((JsonObject)layer.Value!), StringComparer.Ordinal)
            : [],
        Store = json["store"] is JsonObject store && store["metadata"] is JsonObject data ? TomlJson.ToToml(data) : null,
    };

    /// <summary>A layer's digest as an object.</summary>
    public static JsonObject Sha(string? sha) => new() { ["sha"] = sha ?? "" };

    /// <summary>The digest in an object of that key, or <see langword="null"/>.</summary>
    public static string? ReadSha(JsonObject json, string key) =>
        json[key] is JsonObject layer && layer.Text("sha") is { Length: > 0 } sha ? sha : null;

    private static JsonObject Of(LayerMetadata layer) => new()
    {
        ["sha"] = layer.Sha,
        ["data"] = layer.Data is null ? null : TomlJson.ToJson(layer.Data),
        ["build"] = layer.Types.Build,
        ["launch"] = layer.Types.Launch,
        ["cache"] = layer.Types.Cache,
    };

    private static LayerMetadata ReadLayer(JsonObject json) => new()
    {
        Sha = json.Text("sha"),
        Types = new LayerTypes(json.Flag("launch"), json.Flag("build"), json.Flag("cache")),
        Data = json["data"] is JsonObject data ? TomlJson.ToToml(data) : null,
    };
}
