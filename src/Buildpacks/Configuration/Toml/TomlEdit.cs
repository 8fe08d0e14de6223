using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Buildpacks.Configuration.Toml;

/// <summary>
/// Changes keys above the first table of a TOML text and leaves every other character as it is. The syntax tree finds the places; the
/// text itself is edited, because a node that is taken out of the tree takes the comments after it along.
/// </summary>
internal static class TomlEdit
{
    /// <summary>Sets a key to a string.</summary>
    /// <param name="toml">A valid text.</param>
    /// <param name="key">A bare key.</param>
    /// <param name="value">The string; <see langword="null"/> removes the key.</param>
    public static string Set(string toml, string key, string? value)
    {
        var document = SyntaxParser.Parse(toml);
        var literal = value is null ? null : new StringValueSyntax(value).ToString();
        if (Find(document, key) is { } pair)
        {
            return literal is null
                ? Splice(toml, pair.Span.Start.Offset, LineEnd(toml, pair), "")
                : Splice(toml, pair.Value!.Span.Start.Offset, pair.Value.Span.End.Offset + 1, literal);
        }

        return literal is null ? toml : Insert(document, toml, $"{key} = {literal}\n");
    }

    /// <summary>The pair of a key above the first table.</summary>
    public static KeyValueSyntax? Find(DocumentSyntax document, string key) =>
        document.KeyValues.FirstOrDefault(pair => pair.Key?.ToString().Trim() == key);

    private static string Insert(DocumentSyntax document, string toml, string line)
    {
        if (document.KeyValues.LastOrDefault() is { } last)
        {
            var end = LineEnd(toml, last);
            return Splice(toml, end, end, end > 0 && toml[end - 1] != '\n' ? "\n" + line : line);
        }

        // Only comments and tables: at the end when there is no table, else at the top, for below a table it would be the table's.
        var place = document.Tables.Any() ? 0 : toml.Length;
        return Splice(toml, place, place, place > 0 && toml[^1] != '\n' ? "\n" + line : line);
    }

    private static int LineEnd(string toml, KeyValueSyntax pair)
    {
        var end = toml.IndexOf('\n', pair.Value!.Span.End.Offset);
        return end < 0 ? toml.Length : end + 1;
    }

    private static string Splice(string text, int start, int end, string with) => string.Concat(text.AsSpan(0, start), with, text.AsSpan(end));
}
