using Buildpacks.Engines.Podman.Cli;
using Buildpacks.Engines.Podman.Json;
using Buildpacks.Reporting;

namespace Buildpacks.Engines.Podman;

/// <summary>The connections to podman services that a user made.</summary>
internal static class PodmanConnections
{
    /// <summary>Lists them; no service is asked.</summary>
    /// <param name="options">How podman is started.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Name and address of each.</returns>
    public static async Task<IReadOnlyList<(string Name, string Address)>> ListAsync(PodmanOptions options, CancellationToken cancellationToken)
    {
        var result = await new PodmanCli(options).RunAsync(
            new PodmanCommand(EngineOperation.ConnectionList, "system", "connection", "list", "--format=json"), cancellationToken).ConfigureAwait(false);
        return
        [
            .. PodmanAnswer.ReadList(result, PodmanJson.Default.ListPodmanConnection)
                .Select(connection => (connection.Name, UrlMask.HidePassword(connection.Address))),
        ];
    }
}
