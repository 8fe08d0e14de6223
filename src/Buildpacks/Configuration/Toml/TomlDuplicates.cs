using Tomlyn.Syntax;

namespace Buildpacks.Configuration.Toml;

/// <summary>
/// Finds keys and tables that a TOML file defines twice. The parser lets them pass with the later one winning, and its own
/// validation refuses <c>[[a]]</c> with <c>[[a.b]]</c> beside <c>[[a]]</c> with <c>b = […]</c>, which is good TOML.
/// </summary>
internal sealed class TomlDuplicates
{
    private readonly List<TomlProblem> _problems = [];

    private TomlDuplicates()
    {
    }

    /// <summary>The duplicates of a document, in the order they appear.</summary>
    public static IReadOnlyList<TomlProblem> Find(DocumentSyntax document)
    {
        var finder = new TomlDuplicates();
        var root = new Node();
        finder.AddAll(root, document.KeyValues);
        foreach (var table in document.Tables)
        {
            if (finder.OpenTable(root, table) is { } node)
            {
                finder.AddAll(node, table.Items);
            }
        }

        return finder._problems;
    }

    private Node? OpenTable(Node root, TableSyntaxBase table)
    {
        var keys = KeysOf(table.Name!);
        var node = root;
        foreach (var key in keys[..^1])
        {
            if (node.Child(key) is not { IsValue: false } next)
            {
                return Duplicate(table, keys);
            }

            node = next.Current;
        }

        var name = keys[^1];
        if (table is TableArraySyntax)
        {
            var array = node.Child(name);
            if (array.IsValue || array.IsDefined || (array.Last is null && array.HasChildren))
            {
                return Duplicate(table, keys);
            }

            return array.Last = new Node();
        }

        var opened = node.Child(name);
        if (opened.IsValue || opened.IsDefined || opened.Last is not null)
        {
            return Duplicate(table, keys);
        }

        opened.IsDefined = true;
        return opened;
    }

    private void AddAll(Node table, IEnumerable<KeyValueSyntax> items)
    {
        foreach (var item in items)
        {
            Add(table, item);
        }
    }

    private void Add(Node table, KeyValueSyntax item)
    {
        var keys = KeysOf(item.Key!);
        var node = table;
        foreach (var key in keys[..^1])
        {
            if (node.Child(key) is not { IsValue: false, Last: null } next)
            {
                Duplicate(item, keys);
                return;
            }

            next.IsDefined = true;
            node = next;
        }

        if (!node.TryAddValue(keys[^1]))
        {
            Duplicate(item, keys);
            return;
        }

        CheckValue(item.Value);
    }

    private void CheckValue(ValueSyntax? value)
    {
        if (value is InlineTableSyntax inline)
        {
            var table = new Node();
            foreach (var item in inline.Items)
            {
                Add(table, item.KeyValue!);
            }
        }
        else if (value is ArraySyntax array)
        {
            foreach (var item in array.Items)
            {
                CheckValue(item.Value);
            }
        }
    }

    private Node? Duplicate(SyntaxNode at, List<string> keys)
    {
        _problems.Add(new TomlProblem(at.Span.Start.Line + 1, $"'{string.Join('.', keys)}' is a duplicate key"));
        return null;
    }

    private static List<string> KeysOf(KeySyntax key)
    {
        var keys = new List<string> { TextOf(key.Key!) };
        foreach (var part in key.DotKeys)
        {
            keys.Add(TextOf(part.Key!));
        }

        return keys;
    }

    private static string TextOf(BareKeyOrStringValueSyntax key) => key switch
    {
        StringValueSyntax text => text.Value ?? "",
        BareKeySyntax bare => bare.Key?.Text ?? "",
        _ => key.ToString(),
    };

    private sealed class Node
    {
        private readonly Dictionary<string, Node> _children = new(StringComparer.Ordinal);

        /// <summary>Whether it is anything but a table that a header may open.</summary>
        public bool IsValue { get; private init; }

        /// <summary>Whether a header or a dotted key defined this table.</summary>
        public bool IsDefined { get; set; }

        /// <summary>The last table of a list of tables.</summary>
        public Node? Last { get; set; }

        public bool HasChildren => _children.Count > 0;

        public Node Current => Last ?? this;

        public Node Child(string key)
        {
            if (!_children.TryGetValue(key, out var child))
            {
                _children.Add(key, child = new Node());
            }

            return child;
        }

        public bool TryAddValue(string key) => _children.TryAdd(key, new Node { IsValue = true });
    }
}
