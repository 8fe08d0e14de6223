using Buildpacks.Configuration;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>The socket or pipe of a docker that runs for all users.</summary>
internal sealed class SystemEndpoint : IDockerEndpointProvider
{
    public IEnumerable<DockerEndpoint> Find(EngineEnvironment environment)
    {
        yield return new DockerEndpoint(
            environment.SystemDockerEndpoint, environment.SystemDockerEndpoint.StartsWith("npipe", StringComparison.Ordinal) ? "default pipe" : "default socket");
    }
}
