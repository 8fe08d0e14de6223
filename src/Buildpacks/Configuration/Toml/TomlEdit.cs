using System.Globalization;
using System.Text;
using Tomlyn.Syntax;

namespace Buildpacks.Configuration.Toml;

/// <summary>
/// Changes values of a TOML text and leaves every other character as it is. The syntax tree finds the places; the text itself is edited,
/// because a node that is taken out of the tree takes the comments after it along. A value is named by its keys from the root; an element of
/// a list is named by <c>#</c> and its number, a key that no one writes.
/// </summary>
internal sealed class TomlEdit
{
    private TomlPlaces _places;

    /// <summary>Begins with a text.</summary>
    /// <param name="toml">A valid text.</param>
    public TomlEdit(string toml)
    {
        Text = toml;
        _places = TomlPlaces.Of(toml);
    }

    /// <summary>The text with all changes.</summary>
    public string Text { get; private set; }

    private string NewLine => Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    /// <summary>The key of an element of a list.</summary>
    public static string Element(int index) => "#" + index.ToString(CultureInfo.InvariantCulture);

    /// <summary>A string as TOML writes it.</summary>
    public static string Literal(string value) => new StringValueSyntax(value).ToString();

    /// <summary>A list of strings as TOML writes it.</summary>
    public static string Literal(IEnumerable<string> values) => $"[{string.Join(", ", values.Select(Literal))}]";

    /// <summary>Sets a value.</summary>
    /// <param name="literal">The value as TOML writes it.</param>
    /// <param name="keys">The keys of the value.</param>
    public void Set(string literal, params string[] keys)
    {
        if (_places.Pair(keys) is { } pair)
        {
            Splice(pair.Syntax.Value!.Span.Start.Offset, pair.Syntax.Value.Span.End.Offset + 1, literal);
            return;
        }

        var (owner, key) = (keys[..^1], keys[^1]);
        if (owner.Length == 0)
        {
            InsertAtRoot($"{Key(key)} = {literal}");
        }
        else if (_places.Inline(owner) is { } table)
        {
            InsertInline(table.Items.Any(), table.CloseBrace!.Span.Start.Offset, $"{Key(key)} = {literal}", endsWithComma: false);
        }
        else if (_places.Pairs(owner).LastOrDefault(place => !place.IsInline && place.Table.Length <= owner.Length) is { } sibling)
        {
            InsertLine(LineEnd(sibling.Syntax.Value!.Span.End.Offset), $"{Indent(sibling.Syntax)}{string.Join('.', keys[sibling.Table.Length..].Select(Key))} = {literal}");
        }
        else if (_places.Headers(owner).FirstOrDefault(header => header.Keys.Length == owner.Length) is { } header)
        {
            InsertLine(LineEnd(header.Syntax.CloseBracket!.Span.End.Offset), $"{Key(key)} = {literal}");
        }
        else
        {
            AppendTable($"[{string.Join('.', owner.Select(Key))}]", [(key, literal)], Text.Length);
        }
    }

    /// <summary>Adds a table to a list of tables at the root.</summary>
    /// <param name="list">The key of the list.</param>
    /// <param name="values">The keys of the table, and their values as TOML writes them.</param>
    public void Append(string list, IReadOnlyList<(string Key, string Literal)> values)
    {
        if (_places.Pair([list])?.Syntax.Value is ArraySyntax array)
        {
            var endsWithComma = array.Items.LastOrDefault() is { Comma: not null };
            InsertInline(
                array.Items.Any(), array.CloseBracket!.Span.Start.Offset,
                $"{{ {string.Join(", ", values.Select(value => $"{Key(value.Key)} = {value.Literal}"))} }}", endsWithComma);
            return;
        }

        var end = _places.Headers([list]).Select(header => header.Syntax.CloseBracket!.Span.End.Offset)
            .Concat(_places.Pairs([list]).Where(pair => !pair.IsInline).Select(pair => pair.Syntax.Value!.Span.End.Offset))
            .DefaultIfEmpty(-1).Max();
        AppendTable($"[[{Key(list)}]]", values, end < 0 ? Text.Length : LineEnd(end));
    }

    /// <summary>Removes a value with all that is in it. Comments on lines of their own stay.</summary>
    /// <param name="keys">The keys of the value.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(params string[] keys)
    {
        var cuts = Cuts(keys);
        if (cuts.Count == 0)
        {
            return false;
        }

        foreach (var (start, end) in cuts.OrderByDescending(cut => cut.Start))
        {
            Text = string.Concat(Text.AsSpan(0, start), Text.AsSpan(end));
        }

        _places = TomlPlaces.Of(Text);

        // A header without keys says nothing any more.
        if (keys.Length > 1 && !keys[^1].StartsWith('#') && _places.Pairs(keys[..^1]).Count == 0 && _places.Headers(keys[..^1]) is [{ IsElement: false } header])
        {
            Splice(LineStart(header.Syntax.OpenBracket!.Span.Start.Offset), AfterBlankLine(LineEnd(header.Syntax.CloseBracket!.Span.End.Offset), header.Syntax.OpenBracket.Span.Start.Offset), "");
        }

        return true;
    }

    private List<(int Start, int End)> Cuts(string[] keys)
    {
        if (_places.InlineElement(keys) is { } element)
        {
            return [CutOf(element.Array.Items.ToList(), element.Index)];
        }

        if (_places.Pair(keys) is { Owner: { } table } inline)
        {
            var items = table.Items.ToList();
            return [CutOf(items, items.FindIndex(item => item.KeyValue == inline.Syntax))];
        }

        return _places.Pairs(keys).Where(pair => !pair.IsInline)
            .Select(pair => (LineStart(pair.Syntax.Key!.Span.Start.Offset), LineEnd(pair.Syntax.Value!.Span.End.Offset)))
            .Concat(_places.Headers(keys).Select(header => (
                LineStart(header.Syntax.OpenBracket!.Span.Start.Offset),
                AfterBlankLine(LineEnd(TomlPlaces.LastOf(header)), header.Syntax.OpenBracket.Span.Start.Offset))))
            .Select(cut => (Start: cut.Item1, End: cut.Item2))
            .OrderBy(cut => cut.Start)
            .Aggregate(new List<(int Start, int End)>(), (merged, cut) =>
            {
                // The keys of a table are cut with its header.
                if (merged.Count > 0 && cut.Start < merged[^1].End)
                {
                    merged[^1] = (merged[^1].Start, Math.Max(merged[^1].End, cut.End));
                }
                else
                {
                    merged.Add(cut);
                }

                return merged;
            });
    }

    /// <summary>The item with the comma that parts it from the others.</summary>
    private static (int Start, int End) CutOf<T>(List<T> items, int index)
        where T : SyntaxNode => index + 1 < items.Count
            ? (items[index].Span.Start.Offset, items[index + 1].Span.Start.Offset)
            : (index == 0 ? items[index].Span.Start.Offset : items[index - 1] switch
            {
                InlineTableItemSyntax { Comma: { } comma } => comma.Span.Start.Offset,
                ArrayItemSyntax { Comma: { } comma } => comma.Span.Start.Offset,
                var before => before.Span.End.Offset + 1,
            }, items[index].Span.End.Offset + 1);

    private void InsertInline(bool hasItems, int end, string item, bool endsWithComma)
    {
        var place = end;
        while (place > 0 && char.IsWhiteSpace(Text[place - 1]))
        {
            place--;
        }

        // A comment after the last item would swallow what is put there.
        if (hasItems && Text[LineStart(place)..place].Contains('#', StringComparison.Ordinal))
        {
            Splice(end, end, (endsWithComma ? "" : ", ") + item + NewLine);
        }
        else
        {
            Splice(place, place, hasItems ? (endsWithComma ? " " : ", ") + item : item);
        }
    }

    private void InsertAtRoot(string line)
    {
        if (_places.RootPairs.LastOrDefault() is { } last)
        {
            InsertLine(LineEnd(last.Value!.Span.End.Offset), line);
        }
        else
        {
            // Only comments and tables: at the end when there is no table, else at the top, for below a table it would be the table's.
            InsertLine(_places.HasTables ? 0 : Text.Length, line);
        }
    }

    private void InsertLine(int place, string line) =>
        Splice(place, place, (place > 0 && Text[place - 1] != '\n' ? NewLine : "") + line + NewLine);

    private void AppendTable(string header, IReadOnlyList<(string Key, string Literal)> values, int place)
    {
        var text = new StringBuilder();
        if (place > 0)
        {
            text.Append(Text[place - 1] != '\n' ? NewLine + NewLine : Text[..place].EndsWith(NewLine + NewLine, StringComparison.Ordinal) ? "" : NewLine);
        }

        text.Append(header).Append(NewLine);
        foreach (var (key, literal) in values)
        {
            text.Append(Key(key)).Append(" = ").Append(literal).Append(NewLine);
        }

        Splice(place, place, text.ToString());
    }

    private void Splice(int start, int end, string with)
    {
        Text = string.Concat(Text.AsSpan(0, start), with, Text.AsSpan(end));
        _places = TomlPlaces.Of(Text);
    }

    private int LineStart(int offset) => offset == 0 ? 0 : Text.LastIndexOf('\n', offset - 1) + 1;

    private int LineEnd(int offset)
    {
        var end = Text.IndexOf('\n', offset);
        return end < 0 ? Text.Length : end + 1;
    }

    /// <summary>The end of a cut, with one empty line after it where one is before it, too.</summary>
    private int AfterBlankLine(int end, int start)
    {
        var lineStart = LineStart(start);
        var blankBefore = lineStart == 0 || Text[..lineStart].EndsWith("\n\n", StringComparison.Ordinal) || Text[..lineStart].EndsWith("\n\r\n", StringComparison.Ordinal);
        return blankBefore && end < Text.Length && string.IsNullOrWhiteSpace(Text[end..LineEnd(end)]) ? LineEnd(end) : end;
    }

    private string Indent(KeyValueSyntax pair)
    {
        var start = LineStart(pair.Key!.Span.Start.Offset);
        var indent = Text[start..pair.Key.Span.Start.Offset];
        return string.IsNullOrWhiteSpace(indent) ? indent : "";
    }

    private static string Key(string key) =>
        key.Length > 0 && key.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_') ? key : Literal(key);
}
