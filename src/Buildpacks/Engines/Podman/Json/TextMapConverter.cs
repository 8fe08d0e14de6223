using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>Reads names with texts, such as labels; null is an empty map, and a list of <c>name=value</c> is taken too.</summary>
internal sealed class TextMapConverter : JsonConverter<IReadOnlyDictionary<string, string>>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var map = new Dictionary<string, string>();
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return map;
            case JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    map[name] = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
                    reader.Skip();
                }

                return map;
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    var pair = reader.GetString()!.Split('=', 2);
                    map[pair[0]] = pair.Length > 1 ? pair[1] : "";
                }

                return reader.TokenType == JsonTokenType.EndArray
                    ? map : throw new JsonException("expected a list of texts");
            default:
                throw new JsonException($"expected names with texts, found {reader.TokenType}");
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> value, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}
