using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;
using Tomlyn.Serialization;

namespace Buildpacks.Lifecycle.Files.Toml;

/// <summary>Reads and writes TOML files.</summary>
internal static class TomlFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is no TOML; the message names the file, the line and the column.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TomlSection Read(string path) => Parse(File.ReadAllText(path), path);

    /// <summary>Reads a file, or <see langword="null"/> when there is none.</summary>
    /// <exception cref="InvalidDataException">It is no TOML.</exception>
    public static TomlSection? ReadIfExists(string path) => File.Exists(path) ? Read(path) : null;

    /// <summary>Reads text.</summary>
    /// <param name="text">The TOML.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is no TOML.</exception>
    public static TomlSection Parse(string text, string source)
    {
        // Reading into a table lets a repeated key pass; the syntax parser does not.
        var syntax = SyntaxParser.Parse(text, source);
        if (syntax.HasErrors)
        {
            var error = syntax.Diagnostics[0];
            throw new InvalidDataException($"{source} is not valid TOML: line {error.Span.Start.Line + 1}: {error.Message}");
        }

        try
        {
            return new TomlSection(TomlSerializer.Deserialize(text, TomlTableContext.Default.TomlTable) ?? [], source);
        }
        catch (TomlException exception)
        {
            throw new InvalidDataException($"{source} cannot be read as TOML: {exception.Message}", exception);
        }
    }

    /// <summary>Writes a file, and its folder when that is missing. The order of keys is kept.</summary>
    public static void Write(string path, TomlTable table)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        File.WriteAllText(path, TomlText.Of(table));
    }
}

/// <summary>Reads TOML into an untyped table without reflection.</summary>
[TomlSerializable(typeof(TomlTable))]
internal sealed partial class TomlTableContext : TomlSerializerContext;
