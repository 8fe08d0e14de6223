using Buildpacks.Configuration;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>One way in which a docker endpoint can be configured.</summary>
internal interface IDockerEndpointProvider
{
    /// <summary>The endpoints that this way names, without asking any of them.</summary>
    /// <returns>None, when it names nothing.</returns>
    IEnumerable<DockerEndpoint> Find(EngineEnvironment environment);
}
