using System.Text.RegularExpressions;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Building;

/// <summary>launch.toml in a buildpack's layers folder: what it adds to the app image's metadata.</summary>
internal sealed partial record LaunchToml
{
    /// <summary>The legacy bill of materials.</summary>
    public IReadOnlyList<LegacyBomEntry> Bom { get; init; } = [];

    /// <summary>The processes.</summary>
    public IReadOnlyList<LaunchProcess> Processes { get; init; } = [];

    /// <summary>The labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>The slices of the app folder, each a list of globs.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Slices { get; init; } = [];

    /// <summary>Reads the file; empty when there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="buildpack">The buildpack that wrote it.</param>
    /// <param name="api">The API that the buildpack speaks: before 0.9 a command is a string and may need a shell.</param>
    /// <param name="log">Takes warnings.</param>
    /// <exception cref="InvalidDataException">Malformed, or it breaks a rule of the API.</exception>
    public static LaunchToml ReadIfExists(string path, GroupElement buildpack, ApiVersion api, ILifecycleLog log)
    {
        if (TomlFile.ReadIfExists(path) is not { } toml)
        {
            return new LaunchToml();
        }

        var bom = LegacyBom.Read(toml, buildpack, Path.GetDirectoryName(path)!, log);
        var processes = toml.Sections("processes").Select(process => ReadProcess(process, buildpack.Id, api, log)).ToList();
        if (processes.Count(process => process.Default) > 1)
        {
            throw new InvalidDataException($"{path}: multiple default process types aren't allowed");
        }

        foreach (var repeated in processes.GroupBy(process => process.Type).Where(group => group.Count() > 1))
        {
            log.Warn($"{path}: the process type '{repeated.Key}' is there {repeated.Count()} times; the last one counts");
        }

        return new LaunchToml
        {
            Bom = bom,
            Processes = processes,
            Labels = [.. toml.Sections("labels").Select(label => KeyValuePair.Create(label.RequiredText("key"), label.Text("value") ?? ""))],
            Slices = [.. toml.Sections("slices").Select(slice => slice.Texts("paths"))],
        };
    }

    private static LaunchProcess ReadProcess(TomlSection toml, string buildpackId, ApiVersion api, ILifecycleLog log)
    {
        var type = toml.RequiredText("type");
        if (!TypePattern().IsMatch(type))
        {
            throw new InvalidDataException($"{toml.Source}: the process type '{type}' may have letters, digits, '.', '_' and '-' only");
        }

        if (api.AtLeast(0, 9) && toml.Has("direct"))
        {
            throw new InvalidDataException($"{toml.Source}: process.direct is not supported on this buildpack version");
        }

        IReadOnlyList<string> command = api.AtLeast(0, 9) ? toml.Texts("command") : [toml.RequiredText("command")];
        if (command.Count == 0)
        {
            throw new InvalidDataException($"{toml.Source}: 'command' is missing or empty");
        }

        var workingDirectory = toml.Text("working-dir");
        if (workingDirectory is not null && api.Before(0, 8))
        {
            log.Warn($"process working directory isn't supported in this buildpack api version. Ignoring working directory for process '{type}'");
            workingDirectory = null;
        }

        return new LaunchProcess(type, command)
        {
            Args = toml.Has("args") ? toml.Texts("args") : null,
            Direct = api.AtLeast(0, 9) || toml.Flag("direct"),
            Default = toml.Flag("default"),
            BuildpackId = buildpackId,
            WorkingDirectory = workingDirectory,
            ExecutionEnvironments = toml.Texts("exec-env"),
        };
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]+\z")]
    private static partial Regex TypePattern();
}
