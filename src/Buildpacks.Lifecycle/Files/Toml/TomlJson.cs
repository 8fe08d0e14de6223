using System.Globalization;
using System.Text.Json.Nodes;
using Tomlyn;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files.Toml;

/// <summary>Carries arbitrary data, such as a layer's metadata, between TOML files and JSON labels.</summary>
internal static class TomlJson
{
    /// <summary>A table as a JSON object, keys in ascending order; dates become strings.</summary>
    public static JsonObject ToJson(TomlTable table) =>
        new(table.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, ToJson(pair.Value))));

    /// <summary>A JSON object as a table; TOML has no null, so a null is left out.</summary>
    public static TomlTable ToToml(JsonObject json)
    {
        var table = new TomlTable();
        foreach (var (key, value) in json)
        {
            if (ToToml(value) is { } converted)
            {
                table[key] = converted;
            }
        }

        return table;
    }

    private static JsonNode? ToJson(object? value) => value switch
    {
        TomlTable table => ToJson(table),
        TomlTableArray tables => new JsonArray([.. tables.Select(ToJson)]),
        TomlArray array => new JsonArray([.. array.Select(ToJson)]),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        double number => double.IsFinite(number)
            ? JsonValue.Create(number)
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"the number {number} has no JSON form")),
        TomlDateTime date => JsonValue.Create(date.ToString()),
        IConvertible number => JsonValue.Create(number.ToInt64(CultureInfo.InvariantCulture)),
        _ => null,
    };

    private static object? ToToml(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                return ToToml(json);
            case JsonArray array:
                var values = new TomlArray();
                foreach (var element in array)
                {
                    if (ToToml(element) is { } converted)
                    {
                        values.Add(converted);
                    }
                }

                return values;
            case JsonValue value when value.TryGetValue<string>(out var text):
                return text;
            case JsonValue value when value.TryGetValue<bool>(out var flag):
                return flag;
            case JsonValue value when value.TryGetValue<long>(out var number):
                return number;
            case JsonValue value when value.TryGetValue<double>(out var number):
                return number;
            default:
                return null;
        }
    }
}
