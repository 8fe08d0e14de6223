using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>Reads a list of texts that may also be null, one text, or hold nulls.</summary>
internal sealed class TextListConverter : JsonConverter<IReadOnlyList<string>>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return [];
            case JsonTokenType.String:
                return reader.GetString() is { Length: > 0 } text ? [text] : [];
            case JsonTokenType.StartArray:
                var list = new List<string>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (reader.TokenType == JsonTokenType.String)
                    {
                        list.Add(reader.GetString()!);
                    }
                    else
                    {
                        reader.Skip();
                    }
                }

                return list;
            default:
                throw new JsonException($"expected a text or a list of texts, found {reader.TokenType}");
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}
