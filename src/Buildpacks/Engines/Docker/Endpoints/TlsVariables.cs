using Buildpacks.Configuration;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>DOCKER_TLS_VERIFY and DOCKER_TLS, which ask for TLS on a TCP endpoint.</summary>
internal static class TlsVariables
{
    /// <summary>Marks a TCP endpoint that TLS is asked for.</summary>
    public static DockerEndpoint Apply(EngineEnvironment environment, DockerEndpoint endpoint) =>
        IsAskedFor(environment) && IsTcp(endpoint.Address)
            ? endpoint with { Problem = DockerEndpointErrors.TlsUnsupported(endpoint.Address) }
            : endpoint;

    private static bool IsTcp(string address)
    {
        try
        {
            return DockerAddress.Parse(address).Scheme is "tcp" or "http";
        }
        catch (PackException)
        {
            // What is wrong with the address is said when the endpoint is used.
            return false;
        }
    }

    private static bool IsAskedFor(EngineEnvironment environment) =>
        environment.Get("DOCKER_TLS_VERIFY") is not null || environment.Get("DOCKER_TLS") is not null;
}
