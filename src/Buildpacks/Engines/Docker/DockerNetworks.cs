using Docker.DotNet.Models;

namespace Buildpacks.Engines.Docker;

/// <summary>The engine's networks.</summary>
internal sealed class DockerNetworks(DockerCalls calls) : IEngineNetworks
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<NetworkSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var answer = await calls.AskAsync(
            EngineOperation.NetworkList,
            null,
            (session, token) => session.Client.Networks.ListNetworksAsync(new NetworksListParameters(), token),
            cancellationToken).ConfigureAwait(false);
        return [.. answer.Select(network => new NetworkSummary(network.Name, network.Driver))];
    }
}
