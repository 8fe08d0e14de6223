namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>The docker context that DOCKER_CONTEXT names, or that 'docker context use' made the current one.</summary>
internal sealed class ContextEndpoint : IDockerEndpointProvider
{
    /// <summary>docker's name for "no context".</summary>
    private const string DefaultContext = "default";

    public IEnumerable<DockerEndpoint> Find(EngineEnvironment environment)
    {
        var folder = DockerContexts.Folder(environment);
        var name = environment.Get("DOCKER_CONTEXT") ?? CurrentContext(Path.Combine(folder, "config.json"));
        if (name is not (null or DefaultContext))
        {
            yield return Read(folder, name);
        }
    }

    private static string? CurrentContext(string file) =>
        DockerContexts.ReadJson(file) is { } settings ? DockerContexts.TextIn(settings, "currentContext") : null;

    private static DockerEndpoint Read(string folder, string name)
    {
        var id = DockerContexts.IdOf(name);
        var endpoint = new DockerEndpoint("", "context " + name) { IsChosen = true };
        if (DockerContexts.Read(folder, id) is not { } context)
        {
            return endpoint with { Problem = NotFound(name) };
        }

        if (DockerContexts.AddressIn(context) is not { } address)
        {
            return endpoint with { Problem = DockerEndpointErrors.Invalid($"context {name}, which has no docker endpoint,") };
        }

        endpoint = endpoint with { Address = address };
        var certificates = Path.Combine(folder, "contexts", "tls", id, "docker");
        return Directory.Exists(certificates) && Directory.EnumerateFileSystemEntries(certificates).Any()
            ? endpoint with { Problem = DockerEndpointErrors.TlsUnsupported($"{address} of the context {name}") }
            : endpoint;
    }

    private static PackException NotFound(string name) =>
        new("DockerContextNotFound", PackErrorKind.NotFound, $"There is no docker context '{name}'")
        {
            Target = name,
            RecommendedAction = "See 'docker context ls' for those that exist, and check DOCKER_CONTEXT.",
        };
}
