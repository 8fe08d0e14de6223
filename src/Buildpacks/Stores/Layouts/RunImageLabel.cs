using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Buildpacks.Stores.Layouts;

/// <summary>
/// Writes <c>runImage.reference</c> and <c>runImage.topLayer</c> of the label <see cref="AppLabels.Lifecycle"/>. A lifecycle that exports to a layout writes the path of
/// the run image's layout there, which exists only in its container. All other bytes of the config stay as the lifecycle wrote them.
/// </summary>
internal static class RunImageLabel
{
    private const int Surrogate = 0xD800;
    private const int UnicodeEscape = 6;

    /// <summary>Writes the reference.</summary>
    /// <param name="config">The image's config.</param>
    /// <param name="reference">The reference; none of its characters has to be escaped in JSON.</param>
    /// <returns>The config with the reference; <see langword="null"/> when it has no such label, or says that already.</returns>
    public static ReadOnlyMemory<byte>? Write(ReadOnlyMemory<byte> config, string reference) => Write(config, "reference", reference);

    /// <summary>Writes the top layer of the run image. Without it, what image extensions added to the run image would count as its own.</summary>
    /// <param name="config">The image's config.</param>
    /// <param name="diffId">The layer.</param>
    /// <returns>The config with the layer; <see langword="null"/> when it has no such label, or says that already.</returns>
    public static ReadOnlyMemory<byte>? WriteTopLayer(ReadOnlyMemory<byte> config, string diffId) => Write(config, "topLayer", diffId);

    private static ReadOnlyMemory<byte>? Write(ReadOnlyMemory<byte> config, string property, string text)
    {
        try
        {
            if (FindLabel(config.Span) is var (start, length, label) && FindValue(label, property) is var (from, to)
                && Encoding.UTF8.GetBytes(text) is var value && !label.AsSpan(from..to).SequenceEqual(value))
            {
                var escaped = config.Span.Slice(start, length);
                return Replace(config.Span, start + Escaped(escaped, from), start + Escaped(escaped, to), value);
            }

            return null;
        }
        catch (JsonException)
        {
            // A label that is not JSON says nothing of a run image.
            return null;
        }
    }

    /// <summary>The label in the config.</summary>
    /// <returns>Where its escaped text is, and the text itself.</returns>
    private static (int Start, int Length, byte[] Label)? FindLabel(ReadOnlySpan<byte> config)
    {
        var reader = new Utf8JsonReader(config);
        if (!reader.Read() || !Enter(ref reader, "config") || !Enter(ref reader, "Labels") || !Enter(ref reader, AppLabels.Lifecycle)
            || reader.TokenType != JsonTokenType.String)
        {
            return null;
        }

        try
        {
            return ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, Encoding.UTF8.GetBytes(reader.GetString()!));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is no text.
            return null;
        }
    }

    /// <summary>Where a value is in the label, without its quotes.</summary>
    private static (int From, int To)? FindValue(ReadOnlySpan<byte> label, string property)
    {
        var reader = new Utf8JsonReader(label);
        return reader.Read() && Enter(ref reader, "runImage") && Enter(ref reader, property) && reader.TokenType == JsonTokenType.String
            ? ((int)reader.TokenStartIndex + 1, (int)reader.TokenStartIndex + 1 + reader.ValueSpan.Length)
            : null;
    }

    /// <summary>Goes from an object to the value of one of its properties.</summary>
    private static bool Enter(ref Utf8JsonReader reader, string property)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(property);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    /// <summary>The place in an escaped text at which a number of bytes of the unescaped text have passed.</summary>
    private static int Escaped(ReadOnlySpan<byte> text, int bytes)
    {
        var place = 0;
        while (bytes > 0)
        {
            if (text[place] != '\\')
            {
                (place, bytes) = (place + 1, bytes - 1);
            }
            else if (text[place + 1] != 'u')
            {
                (place, bytes) = (place + 2, bytes - 1);
            }
            else
            {
                // Of a surrogate pair, which is four bytes in UTF-8, each half counts for two.
                var unit = int.Parse(text.Slice(place + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                (place, bytes) = (place + UnicodeEscape, bytes - (unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xF800) == Surrogate ? 2 : 3));
            }
        }

        return place;
    }

    private static ReadOnlyMemory<byte> Replace(ReadOnlySpan<byte> config, int from, int to, ReadOnlySpan<byte> value)
    {
        var result = new byte[from + value.Length + config.Length - to];
        config[..from].CopyTo(result);
        value.CopyTo(result.AsSpan(from));
        config[to..].CopyTo(result.AsSpan(from + value.Length));
        return result;
    }
}
