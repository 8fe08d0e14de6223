using System.Text.Json;
using System.Text.Json.Nodes;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Labels;

namespace Buildpacks.Lifecycle.Caching;

/// <summary>What a cache holds: the file <c>io.buildpacks.lifecycle.cache.metadata</c>, the same as other lifecycles write.</summary>
internal sealed record CacheMetadata
{
    /// <summary>The diffID of the layer with bills of materials; <see langword="null"/> when there is none.</summary>
    public string? Sbom { get; init; }

    /// <summary>The cached layers of each buildpack.</summary>
    public IReadOnlyList<BuildpackLayersMetadata> Buildpacks { get; init; } = [];

    /// <summary>A buildpack's cached layers; an empty entry when it has none.</summary>
    public BuildpackLayersMetadata For(string buildpackId) =>
        Buildpacks.FirstOrDefault(buildpack => buildpack.Id == buildpackId) ?? new BuildpackLayersMetadata(buildpackId, "");

    /// <summary>The file's content.</summary>
    public string ToJson() => JsonText.Of(new JsonObject
    {
        ["sbom"] = LayersJson.Sha(Sbom),
        ["buildpacks"] = new JsonArray([.. Buildpacks.Select(LayersJson.Of)]),
    }) + "\n";

    /// <summary>Reads the file's content. What is not valid gives an empty cache: the build then makes everything anew.</summary>
    public static CacheMetadata FromJson(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject json
                ? new CacheMetadata { Sbom = LayersJson.ReadSha(json, "sbom"), Buildpacks = [.. json.Objects("buildpacks").Select(LayersJson.Read)] }
                : new CacheMetadata();
        }
        catch (JsonException)
        {
            return new CacheMetadata();
        }
    }
}
