using System.Text.Json.Nodes;

namespace Buildpacks.Lifecycle.Labels;

/// <summary>JSON for labels and caches: keys in ordinal order, so that the same data always gives the same text.</summary>
internal static class JsonText
{
    /// <summary>The text of a value.</summary>
    public static string Of(JsonNode node) => Sorted(node)!.ToJsonString();

    /// <summary>A string, or empty when the key is missing or of another kind.</summary>
    public static string Text(this JsonObject json, string key) =>
        json[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>A boolean, false when the key is missing or of another kind.</summary>
    public static bool Flag(this JsonObject json, string key) =>
        json[key] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>The objects of an array; empty when the key is missing or of another kind.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonObject json, string key) =>
        json[key] is JsonArray array ? array.OfType<JsonObject>() : [];

    /// <summary>Strings as an array.</summary>
    public static JsonArray ToJson(this IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject json => new JsonObject(json
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
