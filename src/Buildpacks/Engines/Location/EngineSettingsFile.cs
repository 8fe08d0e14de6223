using Buildpacks.Configuration;
using Buildpacks.Configuration.Toml;
using Buildpacks.IO;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Buildpacks.Engines.Location;

/// <summary>
/// The user's configuration file, <c>buildpacks/config.toml</c> in the folder for settings. Two keys are known here, <c>engine</c> and
/// <c>endpoint</c>; everything else in it, comments included, survives a write.
/// </summary>
public sealed class EngineSettingsFile
{
    private const string EngineKey = "engine";
    private const string EndpointKey = "endpoint";

    /// <summary>The file of an environment; it need not exist.</summary>
    public EngineSettingsFile(EngineEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        Path = System.IO.Path.Combine(environment.ConfigurationFolder, "buildpacks", "config.toml");
    }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <summary>The engine the user wants.</summary>
    /// <returns>An empty choice when there is no file, or it says nothing of engines.</returns>
    /// <exception cref="PackException">InvalidInput: the file is not TOML, or names an engine that does not exist. Failed: it cannot be read.</exception>
    public EngineChoice Read()
    {
        var document = Parse(Load());
        var name = Value(document, EngineKey);
        var kind = name is null
            ? (PackEngineKind?)null
            : EngineChoice.ParseKind(name) ?? throw Invalid($"it names the unknown engine '{name}'; use 'podman' or 'docker'");
        return new EngineChoice(kind, Value(document, EndpointKey));
    }

    /// <summary>Writes the engine the user wants; what is left open in the choice is removed from the file.</summary>
    /// <exception cref="PackException">InvalidInput: the file that is there is not TOML. Failed: it cannot be written.</exception>
    public void Write(EngineChoice choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        var text = Load();
        Parse(text);
        text = TomlEdit.Set(text, EngineKey, choice.ImpliedKind?.ToString().ToLowerInvariant());
        text = TomlEdit.Set(text, EndpointKey, choice.Endpoint);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);

            // Written beside and moved over, so that no reader ever sees half a file.
            var draft = $"{Path}.{Environment.ProcessId}.tmp";
            File.WriteAllText(draft, text);
            File.Move(draft, Path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable("written", exception);
        }
    }

    private string Load()
    {
        try
        {
            return SmallFile.ReadText(Path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw Unusable("read", exception);
        }
    }

    private DocumentSyntax Parse(string text)
    {
        try
        {
            // The syntax tree knows no depth, and a key of thousands of parts is thousands of nodes.
            TomlSerializer.Deserialize<TomlTable>(text);
            var document = SyntaxParser.Parse(text, Path);
            return document.HasErrors ? throw Invalid(document.Diagnostics[0].ToString()) : document;
        }
        catch (Exception exception) when (exception is TomlException or ArgumentException)
        {
            throw Invalid(exception.Message);
        }
    }

    private string? Value(DocumentSyntax document, string key) => TomlEdit.Find(document, key)?.Value switch
    {
        null => null,
        StringValueSyntax { Value: { } text } => text.Length == 0 ? null : text,
        var other => throw Invalid($"the value of '{key}' is not a string: {other}"),
    };

    private PackException Invalid(string why) =>
        new(PackErrorIds.ConfigurationInvalid, PackErrorKind.InvalidInput, $"The configuration file {Path} cannot be used: {why}")
        {
            Target = Path,
            RecommendedAction = "Correct the file, or remove it and use Set-PackEngine -Persist.",
        };

    private PackException Unusable(string what, Exception cause) =>
        new(PackErrorIds.ConfigurationUnusable, PackErrorKind.Failed, $"The configuration file {Path} cannot be {what}: {cause.Message}", cause)
        {
            Target = Path,
            RecommendedAction = "Check the file's owner and permissions.",
        };
}
