using Buildpacks.Configuration;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>Whether TLS is spoken with a TCP endpoint that a person named.</summary>
internal static class TlsVariables
{
    /// <summary>Adds TLS to a TCP endpoint: for an address <c>https://</c>, or when DOCKER_TLS_VERIFY or DOCKER_TLS ask for it.</summary>
    public static DockerEndpoint Apply(EngineEnvironment environment, DockerEndpoint endpoint) => SchemeOf(endpoint.Address) switch
    {
        "https" => endpoint with { Tls = DockerTls.Of(environment) ?? DockerTls.InFolderOf(environment, verify: true) },
        "tcp" or "http" => endpoint with { Tls = DockerTls.Of(environment) },
        _ => endpoint,
    };

    private static string? SchemeOf(string address)
    {
        try
        {
            return DockerAddress.Parse(address).Scheme;
        }
        catch (PackException)
        {
            // What is wrong with the address is said when the endpoint is used.
            return null;
        }
    }
}
