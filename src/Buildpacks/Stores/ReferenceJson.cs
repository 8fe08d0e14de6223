using System.Globalization;
using System.Text;
using System.Text.Json;
using Buildpacks.IO;

namespace Buildpacks.Stores;

/// <summary>
/// Writes JSON with the escapes of the reference lifecycle's JSON library, so that the same data gives the same bytes and the same digest.
/// Members that are empty are left out, unless they are written with <see cref="Always(string, string)"/>.
/// </summary>
internal sealed class ReferenceJson
{
    /// <summary>What stands for half of a surrogate pair, which JSON lets pass.</summary>
    private const string NoText = "\uFFFD";

    private readonly StringBuilder _text = new("{");

    /// <summary>The object as text.</summary>
    public override string ToString() => _text + "}";

    /// <summary>A string as JSON.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' or '\\' => text.Append('\\').Append(character),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => text.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(character),
            };
        }

        return text.Append('"').ToString();
    }

    /// <summary>An array.</summary>
    /// <param name="items">The items as JSON.</param>
    public static string Array(IEnumerable<string> items) => $"[{string.Join(',', items)}]";

    /// <summary>A value that was read, in compact form; the members of its objects keep their order.</summary>
    public static string Of(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.Object } value => "{" + string.Join(',', value.EnumerateObject().Select(member => $"{Quote(JsonElementExtensions.NameOf(member) ?? NoText)}:{Of(member.Value)}")) + "}",
        { ValueKind: JsonValueKind.Array } value => Array(value.EnumerateArray().Select(item => Of(item))),
        { ValueKind: JsonValueKind.String } value => Quote(JsonElementExtensions.String(value) ?? NoText),
        { ValueKind: not JsonValueKind.Undefined } value => value.GetRawText(),
        _ => "null",
    };

    /// <summary>Adds a member.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">Its value as JSON.</param>
    public ReferenceJson Always(string name, string json)
    {
        _text.Append(_text.Length == 1 ? "" : ",").Append(Quote(name)).Append(':').Append(json);
        return this;
    }

    /// <summary>Adds a string, unless it is empty.</summary>
    public ReferenceJson With(string name, string? value) => string.IsNullOrEmpty(value) ? this : Always(name, Quote(value));

    /// <summary>Adds strings, unless there are none.</summary>
    public ReferenceJson With(string name, IReadOnlyList<string>? values) => values is null or [] ? this : Always(name, Array(values.Select(Quote)));

    /// <summary>Adds an object, its members in ascending order, unless it has none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="members">The values as JSON, by name.</param>
    public ReferenceJson With(string name, IEnumerable<KeyValuePair<string, string>>? members)
    {
        var inner = new ReferenceJson();
        foreach (var (key, value) in (members ?? []).OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            inner.Always(key, value);
        }

        return inner._text.Length == 1 ? this : Always(name, inner.ToString());
    }

    /// <summary>Adds a value that was read, unless it is absent, empty, false or zero.</summary>
    public ReferenceJson With(string name, JsonElement? element) => element switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.False or JsonValueKind.Undefined } => this,
        { ValueKind: JsonValueKind.String } value when JsonElementExtensions.String(value) is "" => this,
        { ValueKind: JsonValueKind.Array } value when value.GetArrayLength() == 0 => this,
        _ => Always(name, Of(element)),
    };
}
