using Tomlyn.Model;

namespace Buildpacks.Configuration.Toml;

/// <summary>A table of a <see cref="TomlDocument"/>. Asking for a key makes it known; a value of another type is a problem of the document.</summary>
internal sealed class TomlSection
{
    private readonly TomlDocument _document;
    private readonly TomlTable _table;
    private readonly string _path;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<TomlSection> _opened = [];

    internal TomlSection(TomlDocument document, TomlTable table, string path)
    {
        _document = document;
        _table = table;
        _path = path;
    }

    /// <summary>The table's full name: <c>order[0].group[1]</c>; empty for the top of the file.</summary>
    public string Path => _path;

    /// <summary>The keys that the table has.</summary>
    public IEnumerable<string> Keys => _table.Keys;

    /// <summary>Whether the table has a key. Does not make the key known.</summary>
    public bool Has(string key) => _table.ContainsKey(key);

    /// <summary>Makes a key known without reading it.</summary>
    public void Accept(string key) => _known.Add(key);

    /// <summary>The line of a key, counted from 1.</summary>
    public int? LineOf(string key) => _document.LineOf(_table, key);

    /// <summary>The column of a key, counted from 1.</summary>
    public int? ColumnOf(string key) => _document.PlaceOf(_table, key)?.Column;

    /// <summary>The full name of a key: <c>order[0].group[1].id</c>.</summary>
    public string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    /// <summary>Notes a problem with a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="message">What is wrong, to be read after the key's name.</param>
    public void Problem(string key, string message) =>
        _document.Add(LineOf(key) ?? (_path.Length == 0 ? null : FirstLine()), $"'{PathOf(key)}' {message}", ColumnOf(key));

    /// <summary>A string; <see langword="null"/> when the key is absent.</summary>
    public string? String(string key) => Value<string>(key, "a string");

    /// <summary>A string that decides nothing; <see langword="null"/> when the key is absent, empty, or no string.</summary>
    public string? Note(string key)
    {
        _known.Add(key);
        return _table.TryGetValue(key, out var value) && value is string { Length: > 0 } text ? text : null;
    }

    /// <summary>A string that has to be there and to say something.</summary>
    /// <returns>The string; empty, with a problem noted, when it is absent or empty.</returns>
    public string RequiredString(string key)
    {
        var value = Value<string>(key, "a string");
        if (string.IsNullOrWhiteSpace(value) && (value is not null || !Has(key)))
        {
            Problem(key, value is null ? "is missing" : "must not be empty");
        }

        return value ?? "";
    }

    /// <summary>A truth value; false when the key is absent.</summary>
    public bool Flag(string key)
    {
        _known.Add(key);
        if (!_table.TryGetValue(key, out var value))
        {
            return false;
        }

        if (value is bool flag)
        {
            return flag;
        }

        WrongType(key, "true or false", value);
        return false;
    }

    /// <summary>A list of strings; empty when the key is absent.</summary>
    public IReadOnlyList<string> Strings(string key)
    {
        var array = Value<TomlArray>(key, "a list of strings");
        if (array is null)
        {
            return [];
        }

        var strings = new List<string>(array.Count);
        for (var i = 0; i < array.Count; i++)
        {
            if (array[i] is string text)
            {
                strings.Add(text);
            }
            else
            {
                WrongType($"{key}[{i}]", "a string", array[i], LineOf(key));
            }
        }

        return strings;
    }

    /// <summary>A table; <see langword="null"/> when the key is absent.</summary>
    public TomlSection? Section(string key) =>
        Value<TomlTable>(key, "a table") is { } table ? Open(table, PathOf(key)) : null;

    /// <summary>A list of tables; empty when the key is absent.</summary>
    public IReadOnlyList<TomlSection> Sections(string key)
    {
        _known.Add(key);
        if (!_table.TryGetValue(key, out var value))
        {
            return [];
        }

        // [[key]] and key = [{…}] are the same list written in two ways.
        if (value is TomlTableArray tables)
        {
            return [.. tables.Select((table, i) => Open(table, $"{PathOf(key)}[{i}]"))];
        }

        if (value is not TomlArray array)
        {
            WrongType(key, $"a list of tables ([[{PathOf(key)}]])", value);
            return [];
        }

        var sections = new List<TomlSection>(array.Count);
        for (var i = 0; i < array.Count; i++)
        {
            if (array[i] is TomlTable table)
            {
                sections.Add(Open(table, $"{PathOf(key)}[{i}]"));
            }
            else
            {
                WrongType($"{key}[{i}]", "a table", array[i], LineOf(key));
            }
        }

        return sections;
    }

    /// <summary>The first line of the table, as far as its keys say.</summary>
    public int? FirstLine() => _table.Keys.Select(LineOf).Min();

    internal void CollectUnknown(List<TomlProblem> unknown)
    {
        foreach (var key in _table.Keys.Where(key => !_known.Contains(key)))
        {
            unknown.Add(new TomlProblem(LineOf(key), $"unknown key '{PathOf(key)}' (known here: {string.Join(", ", _known.Order(StringComparer.Ordinal))})", ColumnOf(key)));
        }

        foreach (var section in _opened)
        {
            section.CollectUnknown(unknown);
        }
    }

    private TomlSection Open(TomlTable table, string path)
    {
        var section = new TomlSection(_document, table, path);
        _opened.Add(section);
        return section;
    }

    private T? Value<T>(string key, string expected)
        where T : class
    {
        _known.Add(key);
        if (!_table.TryGetValue(key, out var value))
        {
            return null;
        }

        if (value is T typed)
        {
            return typed;
        }

        WrongType(key, expected, value);
        return null;
    }

    private void WrongType(string key, string expected, object? value, int? line = null) =>
        _document.Add(line ?? LineOf(key), $"'{PathOf(key)}' must be {expected}, not {Describe(value)}", ColumnOf(key));

    private static string Describe(object? value) => value switch
    {
        string => "a string",
        bool => "true or false",
        long => "a number",
        double => "a number",
        TomlArray or TomlTableArray => "a list",
        TomlTable => "a table",
        _ => "a date or time",
    };
}
