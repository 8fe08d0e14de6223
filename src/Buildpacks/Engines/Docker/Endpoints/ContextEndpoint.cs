using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>The docker context that DOCKER_CONTEXT names, or that 'docker context use' made the current one.</summary>
internal sealed class ContextEndpoint : IDockerEndpointProvider
{
    /// <summary>docker's name for "no context".</summary>
    private const string DefaultContext = "default";

    public IEnumerable<DockerEndpoint> Find(EngineEnvironment environment)
    {
        var folder = environment.Get("DOCKER_CONFIG") ?? Path.Combine(environment.Home, ".docker");
        var name = environment.Get("DOCKER_CONTEXT") ?? CurrentContext(Path.Combine(folder, "config.json"));
        if (name is not (null or DefaultContext))
        {
            yield return Read(folder, name);
        }
    }

    private static string? CurrentContext(string file) =>
        ReadJson(file) is { } settings && settings.TryGetProperty("currentContext", out var name) && name.ValueKind == JsonValueKind.String
        && name.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static DockerEndpoint Read(string folder, string name)
    {
        // docker stores a context under the hash of its name.
        var id = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name))).ToLowerInvariant();
        var endpoint = new DockerEndpoint("", "context " + name) { IsChosen = true };
        if (ReadJson(Path.Combine(folder, "contexts", "meta", id, "meta.json")) is not { } meta)
        {
            return endpoint with { Problem = NotFound(name) };
        }

        if (!meta.TryGetProperty("Endpoints", out var endpoints) || !endpoints.TryGetProperty("docker", out var docker)
            || !docker.TryGetProperty("Host", out var host) || host.GetString() is not { Length: > 0 } address)
        {
            return endpoint with { Problem = DockerEndpointErrors.Invalid($"context {name}, which has no docker endpoint,") };
        }

        endpoint = endpoint with { Address = address };
        var certificates = Path.Combine(folder, "contexts", "tls", id, "docker");
        return Directory.Exists(certificates) && Directory.EnumerateFileSystemEntries(certificates).Any()
            ? endpoint with { Problem = DockerEndpointErrors.TlsUnsupported($"{address} of the context {name}") }
            : endpoint;
    }

    /// <summary>Reads a JSON object.</summary>
    /// <returns><see langword="null"/> when there is no such file, or it holds no object.</returns>
    private static JsonElement? ReadJson(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static PackException NotFound(string name) =>
        new("DockerContextNotFound", PackErrorKind.NotFound, $"There is no docker context '{name}'")
        {
            Target = name,
            RecommendedAction = "See 'docker context ls' for those that exist, and check DOCKER_CONTEXT.",
        };
}
