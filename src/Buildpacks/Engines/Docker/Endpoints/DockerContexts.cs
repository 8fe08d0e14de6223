using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Buildpacks.Configuration;
using Buildpacks.IO;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>The contexts that docker's own command keeps: files in the user's docker folder.</summary>
internal static class DockerContexts
{
    /// <summary>The user's docker folder.</summary>
    public static string Folder(EngineEnvironment environment) =>
        environment.Get("DOCKER_CONFIG") ?? Path.Combine(environment.Home, ".docker");

    /// <summary>docker stores a context under the hash of its name.</summary>
    public static string IdOf(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name))).ToLowerInvariant();

    /// <summary>The file in which docker keeps a context.</summary>
    public static string FileOf(string folder, string id) => Path.Combine(folder, "contexts", "meta", id, "meta.json");

    /// <summary>The address in what docker keeps of a context; <see langword="null"/> when it has none.</summary>
    public static string? AddressIn(JsonElement context) =>
        context.Member("Endpoints").Member("docker").Member("Host").Text();

    /// <summary>Whether the engine's certificate is not checked, by what docker keeps of a context.</summary>
    public static bool SkipsTlsCheckIn(JsonElement context) =>
        context.Member("Endpoints").Member("docker").Member("SkipTLSVerify") is { ValueKind: JsonValueKind.True };

    /// <summary>The contexts that have an address.</summary>
    public static IReadOnlyList<(string Name, string Address)> List(EngineEnvironment environment)
    {
        var folder = Folder(environment);
        var contexts = new DirectoryInfo(Path.Combine(folder, "contexts", "meta"));
        try
        {
            return
            [
                .. contexts.EnumerateDirectories()
                    .Select(context => ReadJson(FileOf(folder, context.Name)).Content)
                    .OfType<JsonElement>()
                    .Select(context => (Name: TextIn(context, "Name") ?? "", Address: AddressIn(context) ?? ""))
                    .Where(context => context.Name.Length > 0 && context.Address.Length > 0),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Reads a JSON object.</summary>
    /// <returns>The object; <see langword="null"/> when the file does not exist, is empty, or cannot be read, and then why.</returns>
    public static (JsonElement? Content, string? Problem) ReadJson(string file)
    {
        try
        {
            var text = SmallFile.ReadText(file);
            if (string.IsNullOrWhiteSpace(text))
            {
                return (null, null);
            }

            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (document.RootElement.Clone(), null)
                : (null, "it is not a JSON object");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>A property that is a text with something in it.</summary>
    public static string? TextIn(JsonElement element, string property) =>
        element.Member(property).Text();
}
