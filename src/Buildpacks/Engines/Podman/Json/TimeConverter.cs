using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>Reads a time given as seconds since 1970 or as RFC 3339 text; null is 1970.</summary>
internal sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => DateTimeOffset.UnixEpoch,
            JsonTokenType.Number when reader.TryGetInt64(out var seconds) && seconds >= Earliest && seconds <= Latest => DateTimeOffset.FromUnixTimeSeconds(seconds),
            JsonTokenType.String when DateTimeOffset.TryParse(
                reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
            _ => throw new JsonException($"expected a time, found {reader.TokenType}"),
        };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}
