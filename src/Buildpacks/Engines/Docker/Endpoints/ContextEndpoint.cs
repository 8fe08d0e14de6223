using Buildpacks.Configuration;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>The docker context that DOCKER_CONTEXT names, or that 'docker context use' made the current one.</summary>
internal sealed class ContextEndpoint : IDockerEndpointProvider
{
    /// <summary>docker's name for "no context".</summary>
    private const string DefaultContext = "default";

    /// <summary>docker's file with the name of the current context.</summary>
    private const string ConfigurationFile = "config.json";

    /// <summary>How the addresses begin that TLS is not spoken with.</summary>
    private static readonly string[] WithoutTls = ["unix:", "/", "npipe:", "ssh:"];

    public IEnumerable<DockerEndpoint> Find(EngineEnvironment environment)
    {
        var folder = DockerContexts.Folder(environment);
        var name = environment.Get("DOCKER_CONTEXT");
        var isCurrent = name is null;
        if (isCurrent)
        {
            var file = Path.Combine(folder, ConfigurationFile);
            var (settings, problem) = DockerContexts.ReadJson(file);
            if (problem is not null)
            {
                // Another docker than the one of the current context would be used.
                yield return new DockerEndpoint("", "current context") { IsChosen = true, Problem = Unreadable(file, problem) };
                yield break;
            }

            name = settings is { } known ? DockerContexts.TextIn(known, "currentContext") : null;
        }

        if (name is not (null or DefaultContext))
        {
            yield return Read(folder, name, isCurrent ? Path.Combine(folder, ConfigurationFile) : null);
        }
    }

    /// <summary>The context that a person named, by its name, or by an address that needs the certificates of the context.</summary>
    /// <returns><see langword="null"/> when no context is meant.</returns>
    public static DockerEndpoint? Find(EngineEnvironment environment, string nameOrAddress)
    {
        var folder = DockerContexts.Folder(environment);
        if (!nameOrAddress.Contains(':', StringComparison.Ordinal) && !nameOrAddress.Contains('/', StringComparison.Ordinal))
        {
            return nameOrAddress == DefaultContext ? new SystemEndpoint().Find(environment).Single() with { IsChosen = true }
                : File.Exists(DockerContexts.FileOf(folder, DockerContexts.IdOf(nameOrAddress))) ? Read(folder, nameOrAddress)
                : null;
        }

        return WithoutTls.Any(start => nameOrAddress.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            ? null
            : DockerContexts.List(environment).Where(context => context.Address == nameOrAddress).Select(context => Read(folder, context.Name))
                .FirstOrDefault(endpoint => endpoint.Tls is not null);
    }

    /// <param name="folder">The user's docker folder.</param>
    /// <param name="name">The context.</param>
    /// <param name="namedBy">The file that names it; <see langword="null"/> for a person or DOCKER_CONTEXT.</param>
    private static DockerEndpoint Read(string folder, string name, string? namedBy = null)
    {
        var id = DockerContexts.IdOf(name);
        var endpoint = new DockerEndpoint("", "context " + name) { IsChosen = true };
        var file = DockerContexts.FileOf(folder, id);
        var (content, problem) = DockerContexts.ReadJson(file);
        if (content is not { } context)
        {
            return endpoint with { Problem = problem is null ? NotFound(name, namedBy) : Unreadable(file, problem) };
        }

        if (DockerContexts.AddressIn(context) is not { } address)
        {
            return endpoint with { Problem = WithoutAddress(name) };
        }

        endpoint = endpoint with { Address = address };
        var certificates = Path.Combine(folder, "contexts", "tls", id, "docker");
        var skipsCheck = DockerContexts.SkipsTlsCheckIn(context);
        return skipsCheck || address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || (Directory.Exists(certificates) && Directory.EnumerateFileSystemEntries(certificates).Any())
            ? endpoint with { Tls = new DockerTls(certificates, Verify: !skipsCheck) }
            : endpoint;
    }

    private static PackException Unreadable(string file, string problem) =>
        new(PackErrorIds.DockerConfigurationInvalid, PackErrorKind.InvalidInput, $"docker's configuration file {file} cannot be read: {problem}")
        {
            Target = file,
            RecommendedAction = "Correct the file, or specify the docker endpoint with -EngineEndpoint, DOCKER_HOST, or DOCKER_CONTEXT (default for the default socket).",
        };

    private static PackException WithoutAddress(string name) =>
        new(PackErrorIds.DockerEndpointInvalid, PackErrorKind.InvalidInput, $"The docker context '{name}' has no docker endpoint")
        {
            Target = name,
            RecommendedAction = "'docker context ls' shows the contexts and their endpoints; use another one with 'docker context use' or DOCKER_CONTEXT.",
        };

    private static PackException NotFound(string name, string? namedBy) =>
        new(PackErrorIds.DockerContextNotFound, PackErrorKind.NotFound, $"The docker context '{name}'{(namedBy is null ? "" : $", which {namedBy} names,")} does not exist")
        {
            Target = name,
            RecommendedAction = namedBy is null ? "Check DOCKER_CONTEXT; 'docker context ls' lists the contexts."
                : "Select another context with 'docker context use'; 'docker context ls' lists the contexts.",
        };
}
