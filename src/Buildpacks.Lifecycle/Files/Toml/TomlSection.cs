using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files.Toml;

/// <summary>A table of a TOML file, read key by key. A value of the wrong type is an error that names the file and the key.</summary>
/// <param name="table">The table.</param>
/// <param name="source">The file, and where in it: <c>/layers/group.toml, group 2</c>.</param>
internal sealed class TomlSection(TomlTable table, string source)
{
    /// <summary>The file, and where in it.</summary>
    public string Source { get; } = source;

    /// <summary>The keys, in the file's order.</summary>
    public IEnumerable<string> Keys => table.Keys;

    /// <summary>The table as it is.</summary>
    public TomlTable Table => table;

    /// <summary>Whether the key is there, whatever its value.</summary>
    public bool Has(string key) => table.ContainsKey(key);

    /// <summary>A string, or <see langword="null"/> when the key is missing.</summary>
    public string? Text(string key) => Value<string>(key, "a string");

    /// <summary>A string that must be there and not empty.</summary>
    /// <exception cref="InvalidDataException">It is missing or empty.</exception>
    public string RequiredText(string key) =>
        Text(key) is { Length: > 0 } text ? text : throw new InvalidDataException($"{Source}: '{key}' is missing");

    /// <summary>A boolean; false when the key is missing.</summary>
    public bool Flag(string key) => OptionalFlag(key) ?? false;

    /// <summary>A boolean, or <see langword="null"/> when the key is missing.</summary>
    public bool? OptionalFlag(string key) => Raw(key) switch
    {
        null => null,
        bool flag => flag,
        _ => throw Wrong(key, "true or false"),
    };

    /// <summary>A whole number, or <see langword="null"/> when the key is missing.</summary>
    public long? Number(string key) => Raw(key) switch
    {
        null => null,
        long number => number,
        _ => throw Wrong(key, "a whole number"),
    };

    /// <summary>An array of strings; empty when the key is missing.</summary>
    public IReadOnlyList<string> Texts(string key) => Raw(key) switch
    {
        null => [],
        TomlArray array => [.. array.Select(value => value as string ?? throw Wrong(key, "an array of strings"))],
        _ => throw Wrong(key, "an array of strings"),
    };

    /// <summary>A table, or <see langword="null"/> when the key is missing.</summary>
    public TomlSection? Section(string key) =>
        Data(key) is { } child ? new TomlSection(child, $"{Source}, {key}") : null;

    /// <summary>A table of arbitrary data, or <see langword="null"/> when the key is missing.</summary>
    public TomlTable? Data(string key) => Value<TomlTable>(key, "a table");

    /// <summary>An array of tables; empty when the key is missing.</summary>
    public IReadOnlyList<TomlSection> Sections(string key)
    {
        IEnumerable<object?> values = Raw(key) switch
        {
            null => [],
            TomlTableArray tables => tables,
            TomlArray array => array,
            _ => throw Wrong(key, "an array of tables"),
        };
        return
        [
            .. values.Select((value, index) => value is TomlTable child
                ? new TomlSection(child, $"{Source}, {key} {index + 1}")
                : throw Wrong(key, "an array of tables")),
        ];
    }

    private T? Value<T>(string key, string expected)
        where T : class => Raw(key) switch
        {
            null => null,
            T value => value,
            _ => throw Wrong(key, expected),
        };

    private object? Raw(string key) => table.TryGetValue(key, out var value) ? value : null;

    private InvalidDataException Wrong(string key, string expected) => new($"{Source}: '{key}' must be {expected}");
}
