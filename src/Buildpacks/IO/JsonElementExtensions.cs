using System.Text.Json;

namespace Buildpacks.IO;

/// <summary>Looks into JSON of which nothing is certain: what is not there, or of another kind, is absent.</summary>
internal static class JsonElementExtensions
{
    /// <summary>A member of an object.</summary>
    public static JsonElement? Member(this JsonElement? element, string name) => element is { } present ? present.Member(name) : null;

    /// <summary>A member of an object.</summary>
    public static JsonElement? Member(this JsonElement element, string name)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;
        }
        catch (InvalidOperationException)
        {
            // A name among the others that is no text.
            return null;
        }
    }

    /// <summary>The members of an object whose names are text.</summary>
    public static IEnumerable<(string Name, JsonElement Value)> Members(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } present
            ? present.EnumerateObject().Select(member => (NameOf(member), member.Value)).Where(member => member.Item1 is not null).Select(member => (member.Item1!, member.Value))
            : [];

    /// <summary>The name of a member; <see langword="null"/> when it is no text.</summary>
    public static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    /// <summary>A string that is not empty.</summary>
    public static string? Text(this JsonElement? element) => String(element) is { Length: > 0 } text ? text : null;

    /// <summary>The items of an array.</summary>
    public static IEnumerable<JsonElement?> Items(this JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().Select(item => (JsonElement?)item) : [];

    /// <summary>The strings of an array, empty ones too.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement? element) =>
        [.. element.Items().Select(String).OfType<string>()];

    /// <summary>A string; <see langword="null"/> for another value, and for what is no text.</summary>
    public static string? String(JsonElement? element)
    {
        try
        {
            return element is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON lets it pass, and it is no text.
            return null;
        }
    }
}
