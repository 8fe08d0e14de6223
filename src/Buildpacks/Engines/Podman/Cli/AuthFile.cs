using System.Text.Json;
using System.Text;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>Writes the credentials of one registry the way <c>podman --authfile</c> reads them.</summary>
internal static class AuthFile
{
    /// <summary>Makes the file.</summary>
    /// <param name="registry">The registry's host, with its port when it has one.</param>
    /// <param name="credential">Who to be there.</param>
    public static PrivateFile Create(string registry, RegistryCredential credential)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("auths");
            writer.WriteStartObject(registry);
            writer.WriteString("auth", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return PrivateFile.Create(Encoding.UTF8.GetString(json.GetBuffer(), 0, (int)json.Length));
    }
}

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
