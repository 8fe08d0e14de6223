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

/// <summary>The sockets of a docker that runs for one user: rootless docker, and Docker Desktop.</summary>
internal sealed class UserSocketEndpoints : IDockerEndpointProvider
{
    public IEnumerable<DockerEndpoint> Find(EngineEnvironment environment)
    {
        if (OperatingSystem.IsWindows())
        {
            yield break;
        }

        if (environment.Get("XDG_RUNTIME_DIR") is { } runtime)
        {
            yield return Socket("rootless socket", runtime, "docker.sock");
        }

        yield return Socket("rootless socket", environment.Home, ".docker", "run", "docker.sock");
        yield return Socket("Docker Desktop socket", environment.Home, ".docker", "desktop", "docker.sock");
    }

    private static DockerEndpoint Socket(string source, params string[] path) => new("unix://" + Path.Combine(path), source);
}
