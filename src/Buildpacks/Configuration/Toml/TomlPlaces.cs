using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Buildpacks.Configuration.Toml;

/// <summary>Where the values of a TOML text are: each pair, table and element with its keys from the root.</summary>
internal sealed class TomlPlaces
{
    private readonly List<PairPlace> _pairs = [];
    private readonly List<HeaderPlace> _headers = [];
    private readonly List<(string[] Keys, InlineTableSyntax Table)> _inline = [];
    private readonly List<(string[] Keys, ArraySyntax Array, int Index)> _elements = [];
    private readonly DocumentSyntax _document;

    private TomlPlaces(DocumentSyntax document)
    {
        _document = document;
        Add(document.KeyValues, []);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var table in document.Tables)
        {
            var keys = new List<string>();
            var names = KeysOf(table.Name!);
            for (var i = 0; i < names.Count; i++)
            {
                keys.Add(names[i]);
                var list = string.Join('\0', keys);
                var isElement = i == names.Count - 1 && table is TableArraySyntax;
                if (isElement)
                {
                    counts[list] = counts.GetValueOrDefault(list, -1) + 1;
                }

                if (counts.TryGetValue(list, out var index))
                {
                    keys.Add(TomlEdit.Element(index));
                }
            }

            _headers.Add(new HeaderPlace([.. keys], table));
            Add(table.Items, [.. keys]);
        }
    }

    /// <summary>The pairs above the first table.</summary>
    public IEnumerable<KeyValueSyntax> RootPairs => _document.KeyValues;

    /// <summary>Whether there are tables with headers.</summary>
    public bool HasTables => _headers.Count > 0;

    /// <summary>Finds the places of a valid text.</summary>
    public static TomlPlaces Of(string toml) => new(SyntaxParser.Parse(toml));

    /// <summary>The pair of a value.</summary>
    public PairPlace? Pair(string[] keys) => _pairs.Find(pair => pair.Keys.AsSpan().SequenceEqual(keys));

    /// <summary>The pairs of a value and of what is in it.</summary>
    public IReadOnlyList<PairPlace> Pairs(string[] keys) => _pairs.FindAll(pair => IsWithin(pair.Keys, keys));

    /// <summary>The headers of a table and of what is in it.</summary>
    public IReadOnlyList<HeaderPlace> Headers(string[] keys) => _headers.FindAll(header => IsWithin(header.Keys, keys));

    /// <summary>A table that is written in one line.</summary>
    public InlineTableSyntax? Inline(string[] keys) => _inline.Find(place => place.Keys.AsSpan().SequenceEqual(keys)).Table;

    /// <summary>An element of a list that is written as a value.</summary>
    public (ArraySyntax Array, int Index)? InlineElement(string[] keys) =>
        _elements.Find(place => place.Keys.AsSpan().SequenceEqual(keys)) is { Array: { } array } found ? (array, found.Index) : null;

    /// <summary>The last character of what a header is for.</summary>
    public static int LastOf(HeaderPlace header) => header.Syntax.Items.LastOrDefault()?.Value?.Span.End.Offset ?? header.Syntax.CloseBracket!.Span.End.Offset;

    private void Add(IEnumerable<KeyValueSyntax> pairs, string[] table)
    {
        foreach (var pair in pairs)
        {
            Add(pair, table, table, owner: null);
        }
    }

    private void Add(KeyValueSyntax pair, string[] prefix, string[] table, InlineTableSyntax? owner)
    {
        string[] keys = [.. prefix, .. KeysOf(pair.Key!)];
        _pairs.Add(new PairPlace(keys, pair, table, owner));
        AddValue(pair.Value, keys, table);
    }

    private void AddValue(ValueSyntax? value, string[] keys, string[] table)
    {
        switch (value)
        {
            case InlineTableSyntax inline:
                _inline.Add((keys, inline));
                foreach (var item in inline.Items)
                {
                    Add(item.KeyValue!, keys, table, inline);
                }

                break;
            case ArraySyntax array:
                var index = 0;
                foreach (var item in array.Items)
                {
                    string[] element = [.. keys, TomlEdit.Element(index)];
                    _elements.Add((element, array, index++));
                    AddValue(item.Value, element, table);
                }

                break;
        }
    }

    private static List<string> KeysOf(KeySyntax key) => [TextOf(key.Key!), .. key.DotKeys.Select(part => TextOf(part.Key!))];

    private static string TextOf(BareKeyOrStringValueSyntax key) => key is StringValueSyntax text ? text.Value ?? "" : key.ToString()!.Trim();

    private static bool IsWithin(string[] keys, string[] outer) => keys.AsSpan().StartsWith(outer);
}

/// <summary>A pair of key and value.</summary>
/// <param name="Keys">Its keys from the root.</param>
/// <param name="Syntax">Its text.</param>
/// <param name="Table">The keys of the table whose header it is below.</param>
/// <param name="Owner">The table in one line that it is in; <see langword="null"/> for none.</param>
internal sealed record PairPlace(string[] Keys, KeyValueSyntax Syntax, string[] Table, InlineTableSyntax? Owner)
{
    /// <summary>Whether it shares its line with others.</summary>
    public bool IsInline => Owner is not null;
}

/// <summary>A table with a header.</summary>
/// <param name="Keys">Its keys from the root.</param>
/// <param name="Syntax">Its text.</param>
internal sealed record HeaderPlace(string[] Keys, TableSyntaxBase Syntax)
{
    /// <summary>Whether it is an element of a list of tables.</summary>
    public bool IsElement => Syntax is TableArraySyntax;
}
