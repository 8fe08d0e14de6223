using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Buildpacks.Files;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>The contexts that docker's own command keeps: files in the user's docker folder.</summary>
internal static class DockerContexts
{
    /// <summary>The user's docker folder.</summary>
    public static string Folder(EngineEnvironment environment) =>
        environment.Get("DOCKER_CONFIG") ?? Path.Combine(environment.Home, ".docker");

    /// <summary>docker stores a context under the hash of its name.</summary>
    public static string IdOf(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name))).ToLowerInvariant();

    /// <summary>What docker keeps of a context; <see langword="null"/> when there is none of that id.</summary>
    public static JsonElement? Read(string folder, string id) => ReadJson(Path.Combine(folder, "contexts", "meta", id, "meta.json"));

    /// <summary>The address in what docker keeps of a context; <see langword="null"/> when it has none.</summary>
    public static string? AddressIn(JsonElement context) =>
        context.Member("Endpoints").Member("docker").Member("Host").Text();

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
                    .Select(context => Read(folder, context.Name))
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
    /// <returns><see langword="null"/> when there is no such file, or it holds no object.</returns>
    public static JsonElement? ReadJson(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(SmallFile.ReadText(file));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            return null;
        }
    }

    /// <summary>A property that is a text with something in it.</summary>
    public static string? TextIn(JsonElement element, string property) =>
        element.Member(property).Text();
}
