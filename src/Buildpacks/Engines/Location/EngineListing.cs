using Microsoft.Extensions.Logging;

namespace Buildpacks.Engines.Location;

/// <summary>Lists the engines of a machine, and marks the one that a search would choose.</summary>
internal sealed class EngineListing(EngineRequest request, ResolvedChoice choice, bool detail, EngineWait wait, ILogger logger)
{
    public async Task<IReadOnlyList<PackEngine>> RunAsync(
        EngineCandidate podman, IReadOnlyList<EngineCandidate> docker, CancellationToken cancellationToken)
    {
        // A socket that is not there is no engine; one stands for all when there is nothing else to show.
        var there = docker.Where(candidate => candidate.Problem is not { ErrorId: PackErrorIds.DockerUnreachable }).ToArray();
        EngineCandidate[] candidates = [podman, .. there.Length > 0 ? there : docker.Take(1)];
        var found = await Task.WhenAll(candidates.Select(candidate => ProbeAsync(candidate, cancellationToken))).ConfigureAwait(false);
        var selected = await SelectAsync(found, podman, cancellationToken).ConfigureAwait(false);
        return [.. found.Select((engine, index) => engine with { Selected = index == selected })];
    }

    private async Task<PackEngine> ProbeAsync(EngineCandidate candidate, CancellationToken cancellationToken)
    {
        try
        {
            var located = await candidate.AskAsync(request.Observer, detail, wait, cancellationToken).ConfigureAwait(false);
            await using (located.ConfigureAwait(false))
            {
                return located.Description;
            }
        }
        catch (PackException failure)
        {
            return candidate.Describe(null, failure.Message);
        }
    }

    /// <summary>Which of the engines a search would open; -1 for none. A chosen one is marked also when it does not answer.</summary>
    private async Task<int> SelectAsync(PackEngine[] found, EngineCandidate podman, CancellationToken cancellationToken)
    {
        if (choice.Kind is { } kind)
        {
            var answering = Array.FindIndex(found, engine => engine.Engine == kind && engine.Available);
            return answering >= 0 ? answering : Array.FindIndex(found, engine => engine.Engine == kind);
        }

        var dockerIndex = Array.FindIndex(found, engine => engine is { Engine: PackEngineKind.Docker, Available: true });
        if (!found[0].Available)
        {
            return dockerIndex;
        }

        if (dockerIndex < 0)
        {
            return 0;
        }

        var search = new EngineSearch(request with { Verify = false }, wait, logger);
        if (await search.OpenWithImagesAsync(podman, cancellationToken).ConfigureAwait(false) is not { } holder)
        {
            return dockerIndex;
        }

        await holder.DisposeAsync().ConfigureAwait(false);
        return 0;
    }
}
