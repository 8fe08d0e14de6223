using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Buildpacks.Lifecycle.Labels;

/// <summary>
/// JSON for labels, configs and caches, with the escapes and the number forms of the reference lifecycle's JSON library, so that
/// the same data gives the same bytes. Keys keep their order: that of the reference's structures, or ascending for arbitrary data.
/// </summary>
internal static class JsonText
{
    /// <summary>The text of a value.</summary>
    public static string Of(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(text, node);
        return text.ToString();
    }

    /// <summary>A text as a JSON string.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder();
        WriteString(text, value);
        return text.ToString();
    }

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

    /// <summary>Sets a key, unless the value is missing, empty, false or zero.</summary>
    public static JsonObject With(this JsonObject json, string key, JsonNode? value)
    {
        var isEmpty = value switch
        {
            null => true,
            JsonArray array => array.Count == 0,
            JsonObject => false,
            JsonValue single when single.TryGetValue<string>(out var text) => text.Length == 0,
            JsonValue single when single.TryGetValue<bool>(out var flag) => !flag,
            JsonValue single when single.TryGetValue<long>(out var number) => number == 0,
            _ => false,
        };
        if (!isEmpty)
        {
            json[key] = value;
        }

        return json;
    }

    /// <summary>Sets a key whatever the value.</summary>
    public static JsonObject WithAlways(this JsonObject json, string key, JsonNode? value)
    {
        json[key] = value;
        return json;
    }

    private static void Write(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                text.Append('{');
                foreach (var (key, value) in json)
                {
                    WriteString(text.Append(text[^1] == '{' ? "" : ","), key);
                    Write(text.Append(':'), value);
                }

                text.Append('}');
                break;
            case JsonArray array:
                text.Append('[');
                for (var i = 0; i < array.Count; i++)
                {
                    Write(text.Append(i == 0 ? "" : ","), array[i]);
                }

                text.Append(']');
                break;
            case JsonValue value when value.TryGetValue<string>(out var content):
                WriteString(text, content);
                break;
            case JsonValue value when value.TryGetValue<bool>(out var flag):
                text.Append(flag ? "true" : "false");
                break;
            case JsonValue value when value.TryGetValue<long>(out var number):
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case JsonValue value when value.TryGetValue<int>(out var number):
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case JsonValue value when value.TryGetValue<double>(out var number):
                text.Append(Number(number));
                break;
            case JsonValue value when value.GetValueKind() != JsonValueKind.Null:
                text.Append(value.ToJsonString());
                break;
            default:
                text.Append("null");
                break;
        }
    }

    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var character = value[i];
            switch (character)
            {
                case '"' or '\\':
                    text.Append('\\').Append(character);
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029':
                    text.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default:
                    text.Append(character);
                    break;
            }
        }

        text.Append('"');
    }

    // The shortest digits that give the number back; an exponent below 1e-6 and from 1e21 on only.
    private static string Number(double number)
    {
        var shortest = Math.Abs(number).ToString("E16", CultureInfo.InvariantCulture);
        for (var precision = 0; precision <= 16; precision++)
        {
            var candidate = Math.Abs(number).ToString("E" + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(candidate, CultureInfo.InvariantCulture) == Math.Abs(number))
            {
                shortest = candidate;
                break;
            }
        }

        var parts = shortest.Split('E');
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
        digits = digits.Length == 0 ? "0" : digits;
        var exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
        var sign = number < 0 ? "-" : "";
        if (number != 0 && (exponent < -6 || exponent >= 21))
        {
            var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return $"{sign}{mantissa}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent).ToString(CultureInfo.InvariantCulture)}";
        }

        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }

        return digits.Length <= exponent + 1
            ? sign + digits.PadRight(exponent + 1, '0')
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }
}
