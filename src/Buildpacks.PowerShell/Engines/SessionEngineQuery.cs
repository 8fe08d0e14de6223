using Buildpacks.Engines.Location;

namespace Buildpacks.Commands;

/// <summary>Asks the engine that a session would use what it is.</summary>
internal static class SessionEngineQuery
{
    /// <summary>Asks it.</summary>
    /// <param name="request">What the session says.</param>
    /// <param name="detail">Whether to ask for the storage driver and the like too, which costs podman most of a second.</param>
    /// <param name="sink">Gets the messages.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="PackException">No engine answers, or not the one chosen.</exception>
    public static async Task<PackEngine> AskAsync(
        EngineRequest request, bool detail, IPackSink sink, CancellationToken cancellationToken)
    {
        await using var located = await EngineLocator.ForSink(sink).OpenAsync(request with { Verify = true }, cancellationToken);
        var engine = located.Description with { Selected = true };
        if (!detail)
        {
            return engine;
        }

        var answer = await located.Engine.DescribeAsync(detail: true, cancellationToken);
        return engine with
        {
            Rootless = answer.Rootless,
            StorageDriver = answer.StorageDriver,
            ContainerdStore = answer.ContainerdStore,
        };
    }
}
