using Buildpacks.Configuration;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>DOCKER_HOST.</summary>
internal sealed class HostVariableEndpoint : IDockerEndpointProvider
{
    public IEnumerable<DockerEndpoint> Find(EngineEnvironment environment)
    {
        if (environment.Get("DOCKER_HOST") is { } address)
        {
            yield return TlsVariables.Apply(environment, new DockerEndpoint(address, "DOCKER_HOST") { IsChosen = true });
        }
    }
}
