using System.Collections;

namespace Buildpacks.Configuration;

/// <summary>
/// What the search for an engine looks at on this machine: variables and folders. A record of values, so that a search can be made for
/// any environment without touching the process's own.
/// </summary>
public sealed record EngineEnvironment
{
    /// <summary>The environment's variables. Names are compared as the operating system compares them.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The user's home folder.</summary>
    public required string Home { get; init; }

    /// <summary>The folder under which programs keep their settings: <c>~/.config</c>, or <c>%APPDATA%</c>.</summary>
    public required string ConfigurationFolder { get; init; }

    /// <summary>Where a docker that runs for all users listens.</summary>
    public string SystemDockerEndpoint { get; init; } =
        OperatingSystem.IsWindows() ? "npipe://./pipe/docker_engine" : "unix:///var/run/docker.sock";

    /// <summary>The environment of this process, as it is now.</summary>
    public static EngineEnvironment Current()
    {
        var variables = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new EngineEnvironment
        {
            Variables = variables,
            Home = home,
            ConfigurationFolder = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData)
                : variables.GetValueOrDefault("XDG_CONFIG_HOME") is { } folder && Path.IsPathRooted(folder) ? folder : Path.Combine(home, ".config"),
        };
    }

    /// <summary>A variable's value.</summary>
    /// <returns>The value; <see langword="null"/> when it is not set, or set to nothing.</returns>
    public string? Get(string name) => Variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>Finds a program on PATH.</summary>
    /// <returns>Its full path; <see langword="null"/> when PATH has none.</returns>
    public string? FindProgram(string name)
    {
        var file = OperatingSystem.IsWindows() && !Path.HasExtension(name) ? name + ".exe" : name;
        return (Get("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(IsProgram);
    }

    /// <summary>Whether a path is a program that may be run.</summary>
    public static bool IsProgram(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
