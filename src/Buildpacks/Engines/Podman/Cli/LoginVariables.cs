namespace Buildpacks.Engines.Podman.Cli;

/// <summary>
/// The variables that tell podman where registry logins are kept. podman fails, even when it runs a container and asks no registry, when
/// such a file does not exist. No file means no login, so podman is started without the variable.
/// </summary>
internal static class LoginVariables
{
    private static readonly (string Variable, string File)[] Files = [("REGISTRY_AUTH_FILE", ""), ("DOCKER_CONFIG", "config.json")];

    /// <summary>Removes the variables whose file does not exist.</summary>
    /// <param name="environment">The variables that podman will see.</param>
    /// <returns>What was removed: each variable and the file.</returns>
    public static IReadOnlyList<(string Variable, string File)> RemoveMissing(IDictionary<string, string?> environment)
    {
        var removed = new List<(string, string)>();
        foreach (var (variable, file) in Files)
        {
            if (environment.TryGetValue(variable, out var value) && !string.IsNullOrEmpty(value) && Path.Combine(value, file) is var path && !File.Exists(path))
            {
                environment.Remove(variable);
                removed.Add((variable, path));
            }
        }

        return removed;
    }
}
