using Buildpacks.Configuration;

namespace Buildpacks.Engines.Docker.Endpoints;

/// <summary>
/// The endpoints to try, in order: DOCKER_HOST; DOCKER_CONTEXT or the current docker context; the platform's default socket or pipe;
/// the sockets of rootless docker and Docker Desktop. One that somebody chose stands alone.
/// </summary>
internal static class DockerEndpoints
{
    private static readonly IDockerEndpointProvider[] Providers =
        [new HostVariableEndpoint(), new ContextEndpoint(), new SystemEndpoint(), new UserSocketEndpoints()];

    /// <summary>The endpoints of an environment; none of them is asked.</summary>
    public static IReadOnlyList<DockerEndpoint> Find(EngineEnvironment environment)
    {
        var found = new List<DockerEndpoint>();
        foreach (var endpoint in Providers.SelectMany(provider => provider.Find(environment)))
        {
            if (endpoint.IsChosen)
            {
                return [endpoint];
            }

            if (!found.Exists(other => other.Address == endpoint.Address))
            {
                found.Add(endpoint);
            }
        }

        return found;
    }

    /// <summary>An endpoint that a person named.</summary>
    /// <param name="environment">Where contexts and DOCKER_TLS_VERIFY are looked up.</param>
    /// <param name="address">The address, or the name of a docker context. The address of a context has the certificates of the context.</param>
    /// <param name="source">Who named it.</param>
    public static DockerEndpoint Named(EngineEnvironment environment, string address, string source) =>
        ContextEndpoint.Find(environment, address) is { } context
            ? context with { Source = source }
            : TlsVariables.Apply(environment, new DockerEndpoint(address, source) { IsChosen = true });

    /// <summary>Whether a socket is there at all: the cheapest of all questions. Other endpoints are taken to be.</summary>
    public static bool MayExist(DockerEndpoint endpoint) =>
        endpoint.IsChosen || !endpoint.Address.StartsWith("unix://", StringComparison.Ordinal) || File.Exists(endpoint.Address["unix://".Length..]);
}
