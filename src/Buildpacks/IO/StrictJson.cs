using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Buildpacks.IO;

/// <summary>
/// Reads JSON that says everything once. Of a name that is there twice, one reader takes the first, another the last, a third both
/// together: what is checked here would not be what is used elsewhere. And a list has no holes.
/// </summary>
internal static class StrictJson
{
    /// <summary>Reads a value.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="type">The type.</param>
    /// <exception cref="JsonException">It is no JSON of that type, says something twice, or has a list with a null in it.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        Check(json);
        return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("it is null", "$", null, null);
    }

    private static void Check(ReadOnlySpan<byte> json)
    {
        // The names of each object that is open; none for a list.
        var open = new Stack<HashSet<string>?>();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open.Push(new HashSet<string>(StringComparer.Ordinal));
                    break;
                case JsonTokenType.StartArray:
                    open.Push(null);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    open.Pop();
                    break;
                case JsonTokenType.PropertyName when Name(ref reader) is var name && !open.Peek()!.Add(name):
                    throw new JsonException($"'{name}' is a duplicate key", name, null, null);
                case JsonTokenType.Null when open.TryPeek(out var names) && names is null:
                    throw new JsonException("a list contains null", "$", null, null);
            }
        }
    }

    private static string Name(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("a property name is not a valid string", "$", null, null, exception);
        }
    }
}
