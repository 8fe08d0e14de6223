using Buildpacks.Configuration;
using Buildpacks.Configuration.Toml;
using Buildpacks.IO;

namespace Buildpacks.Engines.Location;

/// <summary>
/// The engine that the user saved: the table <c>engine</c> of pack's <c>config.toml</c>. Without one, the keys <c>engine</c> and
/// <c>endpoint</c> of <c>buildpacks/config.toml</c> in the folder for settings, where earlier versions kept it.
/// </summary>
public sealed class EngineSettingsFile
{
    private const string EngineKey = "engine";
    private const string EndpointKey = "endpoint";

    private readonly PackConfigFile _file;

    /// <summary>The files of an environment; they need not exist.</summary>
    public EngineSettingsFile(EngineEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        _file = PackConfigFile.Of(environment);
        OlderPath = System.IO.Path.Combine(environment.ConfigurationFolder, "buildpacks", "config.toml");
    }

    /// <summary>The full path of pack's file.</summary>
    public string Path => _file.Path;

    /// <summary>The full path of the file of earlier versions.</summary>
    internal string OlderPath { get; }

    /// <summary>The engine the user wants.</summary>
    /// <returns>An empty choice when there is no file, or it says nothing of engines.</returns>
    /// <exception cref="PackException">InvalidInput: the file is not TOML, or names an engine that does not exist. Failed: it cannot be read.</exception>
    public EngineChoice Read() => _file.Read() is { } config && Of(config) is { IsEmpty: false } choice ? choice : ReadOlder(ConfigurationText.Load(OlderPath), out _);

    /// <summary>The configuration, to be shown: without passwords, and with the engine that an earlier version saved, where it has none.</summary>
    public PackConfig ReadConfig() => ConfigPasswords.Hide(ReadBoth());

    private PackConfig ReadBoth()
    {
        var config = _file.Read();
        if (!Of(config).IsEmpty || ReadOlder(ConfigurationText.Load(OlderPath), out var lineOf) is not { IsEmpty: false } older)
        {
            return config;
        }

        return config with
        {
            Engine = older.Kind,
            EngineEndpoint = older.Endpoint,
            Settings =
            [
                .. config.Settings.Select(setting => setting.Name switch
                {
                    nameof(PackConfig.Engine) when older.Kind is { } kind => Older(setting, EngineKey, kind.ToString()),
                    nameof(PackConfig.EngineEndpoint) when older.Endpoint is { } endpoint => Older(setting, EndpointKey, endpoint),
                    _ => setting,
                }),
            ],
        };

        PackConfigValue Older(PackConfigValue setting, string key, string value) =>
            setting with { Key = key, Value = value, IsSet = true, Source = OlderPath, Line = lineOf(key) };
    }

    /// <summary>Writes the engine the user wants; what is left open in the choice is removed from the files.</summary>
    /// <exception cref="PackException">InvalidInput: a file that is there is not TOML. Failed: it cannot be written.</exception>
    public void Write(EngineChoice choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        var isOlder = !ReadOlder(ConfigurationText.Load(OlderPath), out _).IsEmpty;
        _file.Update(new PackConfigChange { ReplacesEngine = true, Engine = choice.ImpliedKind, EngineEndpoint = choice.Endpoint });
        if (isOlder)
        {
            RemoveOlder();
        }
    }

    private static EngineChoice Of(PackConfig config) => new(config.Engine, config.EngineEndpoint);

    private EngineChoice ReadOlder(string text, out Func<string, int?> lineOf)
    {
        var document = TomlDocument.FromText(OlderPath, text, PackErrorIds.ConfigurationInvalid);
        var root = document.Root;
        var name = root.String(EngineKey);
        var kind = name is null or "" ? null : EngineChoice.ParseKind(name);
        if (name is { Length: > 0 } && kind is null)
        {
            root.Problem(EngineKey, $"names the unknown engine '{name}'; it must be podman or docker");
        }

        var endpoint = root.String(EndpointKey);
        document.ThrowIfInvalid(allowUnknownKeys: true);
        lineOf = root.LineOf;
        return new EngineChoice(kind, endpoint is { Length: > 0 } ? endpoint : null);
    }

    /// <summary>What is in pack's file now must not come back from here when it is removed there.</summary>
    private void RemoveOlder()
    {
        var draft = OwnedPath.New(System.IO.Path.GetDirectoryName(OlderPath)!);
        try
        {
            using var guard = FileLock.Take(OlderPath + ".lock");
            var edit = new TomlEdit(ConfigurationText.Load(OlderPath));
            edit.Remove(EngineKey);
            edit.Remove(EndpointKey);
            if (string.IsNullOrWhiteSpace(edit.Text))
            {
                File.Delete(OlderPath);
                return;
            }

            File.WriteAllText(draft, edit.Text);
            File.Move(draft, OlderPath, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(draft);
            throw ConfigurationText.Unusable(OlderPath, "written", exception);
        }
    }
}
