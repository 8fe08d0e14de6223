namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>DOCKER_TLS_VERIFY and DOCKER_TLS, which ask for TLS on a TCP endpoint.</summary>
internal static class TlsVariables
{
    /// <summary>Marks a TCP endpoint that TLS is asked for.</summary>
    public static DockerEndpoint Apply(EngineEnvironment environment, DockerEndpoint endpoint) =>
        IsAskedFor(environment) && endpoint.Address.StartsWith("tcp:", StringComparison.OrdinalIgnoreCase)
            ? endpoint with { Problem = DockerEndpointErrors.TlsUnsupported(endpoint.Address) }
            : endpoint;

    private static bool IsAskedFor(EngineEnvironment environment) =>
        environment.Get("DOCKER_TLS_VERIFY") is not null || environment.Get("DOCKER_TLS") is not null;
}
