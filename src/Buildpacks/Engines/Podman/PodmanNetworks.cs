using Buildpacks.Engines.Podman.Cli;
using Buildpacks.Engines.Podman.Json;

namespace Buildpacks.Engines.Podman;

/// <summary>What podman does with networks.</summary>
internal sealed class PodmanNetworks(PodmanCli cli) : IEngineNetworks
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<NetworkSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var result = await cli.RunAsync(
            new PodmanCommand(EngineOperation.NetworkList, "network", "ls", "--format=json"), cancellationToken).ConfigureAwait(false);
        return [.. PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanNetwork).Select(network => new NetworkSummary(network.Name, network.Driver))];
    }
}
