using System.Text.Json;
using System.Text.Json.Nodes;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores;

namespace Buildpacks.Caches.Images;

/// <summary>
/// What a build cache holds, in the words of lifecycles: a file beside the layers in a volume, a label of a cache image. Buildpacks put data
/// of their own into it, so the text is kept as it is.
/// </summary>
/// <param name="Text">The JSON.</param>
/// <param name="Layers">The layers in the order in which lifecycles write them, each once.</param>
internal sealed record CacheMetadata(string Text, IReadOnlyList<CacheMetadata.Layer> Layers)
{
    /// <summary>The name of the label, and of the file.</summary>
    public const string Name = "io.buildpacks.lifecycle.cache.metadata";

    /// <summary>More than any cache has.</summary>
    private const int MaximumLayers = 2000;

    /// <summary>A layer.</summary>
    /// <param name="Buildpack">The id of its buildpack; <see langword="null"/> for the layer with the SBOM files, which all buildpacks share.</param>
    /// <param name="DiffId">Its digest.</param>
    internal sealed record Layer(string? Buildpack, string DiffId);

    /// <summary>Reads the text.</summary>
    /// <returns><see langword="null"/> when it is not the metadata of a cache.</returns>
    public static CacheMetadata? Read(string? text)
    {
        using var json = LabelJson.Parse(text);
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            return null;
        }

        var layers = json.RootElement.Member("buildpacks").Items().SelectMany(LayersOf).Append(new Layer(null, Sha(json.RootElement.Member("sbom"))))
            .Where(layer => OciDigest.IsValid(layer.DiffId)).DistinctBy(layer => layer.DiffId).ToList();
        return layers.Count <= MaximumLayers ? new CacheMetadata(text!.Trim(), layers) : null;
    }

    /// <summary>The metadata without some layers: a lifecycle then makes them again, where it would fail to read them otherwise.</summary>
    /// <param name="diffIds">The layers.</param>
    public CacheMetadata Without(IReadOnlySet<string> diffIds)
    {
        if (diffIds.Count == 0)
        {
            return this;
        }

        try
        {
            var json = JsonNode.Parse(Text)!;
            if (json["sbom"] is JsonObject sbom && IsOne(sbom))
            {
                sbom["sha"] = "";
            }

            foreach (var layers in (json["buildpacks"] as JsonArray ?? []).Select(buildpack => buildpack?["layers"]).OfType<JsonObject>())
            {
                foreach (var name in layers.Where(layer => layer.Value is JsonObject described && IsOne(described)).Select(layer => layer.Key).ToList())
                {
                    layers.Remove(name);
                }
            }

            return Read(json.ToJsonString()) ?? Empty;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            // It says something twice.
            return Empty;
        }

        bool IsOne(JsonObject layer) => layer["sha"] is JsonValue sha && sha.TryGetValue<string>(out var diffId) && diffIds.Contains(diffId);
    }

    private static CacheMetadata Empty => new("""{"sbom":{"sha":""},"buildpacks":[]}""", []);

    private static IEnumerable<Layer> LayersOf(JsonElement? buildpack)
    {
        var id = buildpack.Member("key").Text() ?? "";
        return buildpack.Member("layers") is { ValueKind: JsonValueKind.Object } layers
            ? layers.EnumerateObject().Select(layer => new Layer(id, Sha(layer.Value)))
            : [];
    }

    private static string Sha(JsonElement? layer) => layer.Member("sha").Text() ?? "";
}
