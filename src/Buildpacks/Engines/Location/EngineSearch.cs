namespace Buildpacks.Engines.Location;

/// <summary>One search for an engine: tries candidates, and remembers what was tried in vain.</summary>
internal sealed class EngineSearch(EngineRequest request)
{
    private readonly List<EngineTrial> _trials = [];

    /// <summary>Opens the first candidate that answers. A single one is taken at its word unless it is to be verified.</summary>
    /// <exception cref="PackException">None answers.</exception>
    public async Task<LocatedEngine> OpenAsync(IReadOnlyList<EngineCandidate> candidates, CancellationToken cancellationToken)
    {
        if (candidates is [var only])
        {
            return request.Verify
                ? await only.AskAsync(request.Observer, detail: false, cancellationToken).ConfigureAwait(false)
                : only.Trust(request.Observer);
        }

        return await FirstAsync(candidates, cancellationToken).ConfigureAwait(false) ?? throw EngineTrial.Combine(_trials);
    }

    /// <summary>Opens the engine that is meant when nobody chose. What can be seen without asking is looked at first.</summary>
    /// <exception cref="PackException">None answers.</exception>
    public async Task<LocatedEngine> DiscoverAsync(
        EngineCandidate podman, IReadOnlyList<EngineCandidate> docker, CancellationToken cancellationToken)
    {
        if (docker.All(candidate => candidate.Problem is not null))
        {
            return await FirstAsync([podman, .. docker], cancellationToken).ConfigureAwait(false) ?? throw EngineTrial.Combine(_trials);
        }

        return (podman.Problem is null ? await OpenWithImagesAsync(podman, cancellationToken).ConfigureAwait(false) : null)
            ?? await FirstAsync([.. docker, podman], cancellationToken).ConfigureAwait(false)
            ?? throw EngineTrial.Combine(_trials);
    }

    /// <summary>Opens podman, when its store holds an image.</summary>
    /// <returns><see langword="null"/> when it holds none, or podman does not work.</returns>
    public async Task<LocatedEngine?> OpenWithImagesAsync(EngineCandidate podman, CancellationToken cancellationToken)
    {
        var located = podman.Trust(request.Observer);
        try
        {
            var images = await located.Engine.ListImagesAsync(new ImageListOptions(), cancellationToken).ConfigureAwait(false);
            if (images.Count > 0)
            {
                return request.Verify
                    ? await podman.AskAsync(request.Observer, detail: false, cancellationToken).ConfigureAwait(false)
                    : located;
            }
        }
        catch (PackException)
        {
            // Whoever goes on to ask podman for its version gets to hear why.
        }

        await located.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    private async Task<LocatedEngine?> FirstAsync(IReadOnlyList<EngineCandidate> candidates, CancellationToken cancellationToken)
    {
        foreach (var candidate in candidates)
        {
            try
            {
                return await candidate.AskAsync(request.Observer, detail: false, cancellationToken).ConfigureAwait(false);
            }
            catch (PackException failure)
            {
                _trials.Add(new EngineTrial(candidate, failure));
            }
        }

        return null;
    }
}
