using System.Text;
using System.Text.Json;

namespace Buildpacks.Testing.Fuzzing;

/// <summary>Breaks JSON such that it stays JSON: a value becomes one of another type or size, goes, or is there twice.</summary>
internal static class JsonMutator
{
    /// <summary>Values that parsers do not expect.</summary>
    public static readonly string[] Words =
    [
        "null", "true", "false", "0", "-1", "1.5", "1e400", "123456789012345678901234567890", "9223372036854775807", "-9223372036854775808", "\"\"", "\"x\"",
        "\"\\ud800\"", "\"\\u0000\"", "[]", "[null]", "[[]]", "[{}]", "[0]", "[\"x\"]", "{}", "{\"x\":null}", "{\"\":{}}", "{\"\\ud800\":1}", "\"2024-01-01T00:00:00Z\"",
        "\"0001-01-01T00:00:00Z\"", "\"sha256:0123456789012345678901234567890123456789012345678901234567890123\"", "\"../../x\"", "\"/\"",
        "\"" + new string('x', 5000) + "\"", new string('[', 70) + new string(']', 70),
    ];

    /// <summary>Breaks an input; one that is no JSON any more stays as it is.</summary>
    public static byte[] Mutate(Random random, byte[] json)
    {
        var values = Values(json);
        if (values.Count == 0)
        {
            return json;
        }

        var (start, end) = values[random.Next(values.Count)];
        var (otherStart, otherEnd) = values[random.Next(values.Count)];
        return random.Next(4) switch
        {
            0 => [.. json[..start], .. json[otherStart..otherEnd], .. json[end..]],
            1 when json[start] is (byte)'{' or (byte)'[' && end - start > 2 => [.. json[..(end - 1)], (byte)',', .. json[(start + 1)..]],
            _ => [.. json[..start], .. Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]), .. json[end..]],
        };
    }

    /// <summary>Where each value begins and ends.</summary>
    private static List<(int Start, int End)> Values(byte[] json)
    {
        var values = new List<(int, int)>();
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        break;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push((int)reader.TokenStartIndex);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        values.Add((open.Pop(), (int)reader.BytesConsumed));
                        break;
                    default:
                        values.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed));
                        break;
                }
            }

            return values;
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
