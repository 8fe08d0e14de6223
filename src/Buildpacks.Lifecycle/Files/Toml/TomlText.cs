using System.Collections;
using System.Globalization;
using System.Text;
using Tomlyn;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files.Toml;

/// <summary>Writes a table as TOML text, laid out as the reference lifecycle's TOML library lays it out: metadata.toml becomes part of a layer.</summary>
internal static class TomlText
{
    private const int IndentWidth = 2;

    /// <summary>The text of a document.</summary>
    public static string Of(TomlTable document)
    {
        var text = new StringBuilder();
        WriteBody(text, document, "", depth: 0);
        return text.ToString();
    }

    // One level of indentation a table; every table has a header; a blank line before a table of the top level and before each of an array.
    private static void WriteBody(StringBuilder text, TomlTable table, string path, int depth)
    {
        var indent = new string(' ', IndentWidth * depth);
        foreach (var (key, value) in table)
        {
            if (!IsSection(value))
            {
                text.Append(indent).Append(Key(key)).Append(" = ");
                WriteValue(text, value);
                text.Append('\n');
            }
        }

        foreach (var (key, value) in table)
        {
            var child = path.Length == 0 ? Key(key) : $"{path}.{Key(key)}";
            if (value is TomlTable section)
            {
                WriteHeader(text, $"{indent}[{child}]", isParted: depth == 0);
                WriteBody(text, section, child, depth + 1);
            }
            else if (IsSection(value))
            {
                foreach (var element in (IEnumerable)value!)
                {
                    WriteHeader(text, $"{indent}[[{child}]]", isParted: true);
                    WriteBody(text, (TomlTable)element, child, depth + 1);
                }
            }
        }
    }

    private static void WriteHeader(StringBuilder text, string header, bool isParted) =>
        text.Append(isParted && text.Length > 0 ? "\n" : "").Append(header).Append('\n');

    private static bool IsSection(object? value) => value switch
    {
        TomlTable => true,
        TomlTableArray tables => tables.Count > 0,
        TomlArray array => array.Count > 0 && array.All(element => element is TomlTable),
        _ => false,
    };

    private static void WriteValue(StringBuilder text, object? value)
    {
        switch (value)
        {
            case string content:
                WriteString(text, content);
                break;
            case TomlLiteral literal:
                text.Append(literal.Text);
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case double number:
                text.Append(Float(number));
                break;
            case TomlDateTime date:
                text.Append(date.ToString());
                break;
            case TomlTable table:
                WriteInline(text, table.Select(pair => (Key(pair.Key) + " = ", (object?)pair.Value)), '{', '}');
                break;
            case IEnumerable values:
                WriteInline(text, values.Cast<object?>().Select(element => ("", element)), '[', ']');
                break;
            case IFormattable number:
                text.Append(number.ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                throw new InvalidDataException($"a value of type {value?.GetType().Name ?? "null"} has no TOML form");
        }
    }

    private static void WriteInline(StringBuilder text, IEnumerable<(string Prefix, object? Value)> items, char open, char close)
    {
        text.Append(open);
        var first = true;
        foreach (var (prefix, value) in items)
        {
            text.Append(first ? "" : ", ").Append(prefix);
            WriteValue(text, value);
            first = false;
        }

        text.Append(close);
    }

    private static string Float(double number)
    {
        if (double.IsNaN(number))
        {
            return "nan";
        }

        if (double.IsInfinity(number))
        {
            return number > 0 ? "inf" : "-inf";
        }

        var digits = number.ToString("R", CultureInfo.InvariantCulture);
        return digits.AsSpan().IndexOfAny('.', 'E', 'e') < 0 ? digits + ".0" : digits;
    }

    private static string Key(string key)
    {
        if (key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return key;
        }

        var text = new StringBuilder();
        WriteString(text, key);
        return text.ToString();
    }

    private static void WriteString(StringBuilder text, string content)
    {
        text.Append('"');
        foreach (var c in content)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' or '\u007f' => $"\\u{(int)c:x4}",
                _ => null,
            });
            if (c is >= ' ' and not ('"' or '\\' or '\u007f'))
            {
                text.Append(c);
            }
        }

        text.Append('"');
    }
}

/// <summary>A value that is written as it is.</summary>
/// <param name="Text">Its TOML text.</param>
internal sealed record TomlLiteral(string Text);
