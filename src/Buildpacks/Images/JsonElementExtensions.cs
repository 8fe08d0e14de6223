using System.Text.Json;

namespace Buildpacks.Images;

/// <summary>Looks into JSON of which nothing is certain: what is not there, or of another kind, is absent.</summary>
internal static class JsonElementExtensions
{
    /// <summary>A member of an object.</summary>
    public static JsonElement? Member(this JsonElement? element, string name) => element is { } present ? present.Member(name) : null;

    /// <summary>A member of an object.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    /// <summary>A string that is not empty.</summary>
    public static string? Text(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } value ? value : null;

    /// <summary>The items of an array.</summary>
    public static IEnumerable<JsonElement?> Items(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().Select(item => (JsonElement?)item) : [];

    /// <summary>The strings of an array, empty ones too.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement? element) =>
        [.. element.Items().Where(item => item is { ValueKind: JsonValueKind.String }).Select(item => item!.Value.GetString()!)];
}
