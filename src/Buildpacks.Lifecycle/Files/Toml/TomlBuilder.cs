using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files.Toml;

/// <summary>Fills tables for writing, leaving out what is not there.</summary>
internal static class TomlBuilder
{
    /// <summary>Sets a key, unless the value is null, an empty string, false, or an empty list.</summary>
    public static TomlTable With(this TomlTable table, string key, object? value)
    {
        if (value is null or "" or false or TomlArray { Count: 0 } or TomlTableArray { Count: 0 })
        {
            return table;
        }

        table[key] = value;
        return table;
    }

    /// <summary>Sets a key whatever the value.</summary>
    public static TomlTable WithAlways(this TomlTable table, string key, object value)
    {
        table[key] = value;
        return table;
    }

    /// <summary>Sets a key to arbitrary data, unless there is none: keys in ascending order, as the reference lifecycle writes them.</summary>
    public static TomlTable WithData(this TomlTable table, string key, TomlTable? data) => data is null ? table : table.WithAlways(key, Sorted(data));

    /// <summary>Strings as an array.</summary>
    public static TomlArray ToToml(this IEnumerable<string> values)
    {
        var array = new TomlArray();
        foreach (var value in values)
        {
            array.Add(value);
        }

        return array;
    }

    /// <summary>Tables as an array of tables.</summary>
    public static TomlTableArray ToToml(this IEnumerable<TomlTable> tables)
    {
        var array = new TomlTableArray();
        foreach (var table in tables)
        {
            array.Add(table);
        }

        return array;
    }

    private static TomlTable Sorted(TomlTable table)
    {
        var sorted = new TomlTable();
        foreach (var (key, value) in table.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            sorted[key] = value is TomlTable child ? Sorted(child) : value;
        }

        return sorted;
    }
}
