namespace Buildpacks.Engines.Location;

/// <summary>An engine that may be there.</summary>
/// <param name="Kind">Podman or docker.</param>
/// <param name="Endpoint">Where.</param>
/// <param name="Source">Who named the place.</param>
/// <param name="Open">Makes the engine; asks it nothing. With an <see cref="EngineWait"/>, its first question goes through that.</param>
internal sealed record EngineCandidate(
    PackEngineKind Kind, string Endpoint, string Source, Func<IEngineCallObserver?, EngineWait?, IEngine> Open)
{
    /// <summary>Why it cannot be used, seen without asking it; <see langword="null"/> when nothing speaks against it.</summary>
    public PackException? Problem { get; init; }

    /// <summary>Opens the engine without a question. The first question that somebody asks docker is watched like one of the search.</summary>
    /// <exception cref="PackException">It cannot be used.</exception>
    public LocatedEngine Trust(IEngineCallObserver? observer, EngineWait wait) =>
        Problem is null ? new LocatedEngine(Open(observer, wait), Describe(null, null)) : throw Problem;

    /// <summary>Opens the engine and asks it for its version.</summary>
    /// <exception cref="PackException">It does not answer in time, or cannot be used.</exception>
    public async Task<LocatedEngine> AskAsync(IEngineCallObserver? observer, bool detail, EngineWait wait, CancellationToken cancellationToken)
    {
        if (Problem is not null)
        {
            throw Problem;
        }

        var engine = Open(observer, null);
        try
        {
            var answer = await wait.AskAsync(Kind, Endpoint, token => engine.DescribeAsync(detail, token), cancellationToken).ConfigureAwait(false);
            return new LocatedEngine(engine, Describe(answer, null));
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What scripts see.</summary>
    /// <param name="answer">What the engine said; <see langword="null"/> when it was not asked or did not answer.</param>
    /// <param name="reason">Why it is not available; <see langword="null"/> when it is, or is taken to be.</param>
    public PackEngine Describe(EngineDescription? answer, string? reason) => new()
    {
        Engine = Kind,
        Endpoint = Endpoint,
        Source = Source,
        Available = reason is null,
        Reason = reason,
        Version = answer?.Version,
        ApiVersion = answer?.ApiVersion,
        Platform = answer is null ? null : $"{answer.Os}/{answer.Architecture}",
        Rootless = answer?.Rootless,
        StorageDriver = answer?.StorageDriver,
        ContainerdStore = answer?.ContainerdStore ?? false,
    };
}
