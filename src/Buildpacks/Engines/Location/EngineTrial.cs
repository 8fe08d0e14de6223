namespace Buildpacks.Engines.Location;

/// <summary>A candidate that was tried in vain.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="Failure">Why it failed.</param>
internal sealed record EngineTrial(EngineCandidate Candidate, PackException Failure)
{
    /// <summary>One line for the list of what was tried.</summary>
    public override string ToString()
    {
        var place = Candidate.Endpoint.Length == 0 ? Candidate.Source : $"{Candidate.Endpoint} ({Candidate.Source})";
        return $"{Candidate.Kind.ToString().ToLowerInvariant()}, {place}: {Failure.Message}";
    }

    /// <summary>The one failure that stands for several.</summary>
    public static PackException Combine(IReadOnlyList<EngineTrial> trials)
    {
        if (trials is [var only] && only.Candidate.Problem is null)
        {
            return only.Failure;
        }

        var lines = string.Concat(trials.Select(trial => $"{Environment.NewLine}  {trial}"));
        return new PackException("NoEngine", PackErrorKind.Unreachable, $"No container engine answers. Tried:{lines}")
        {
            RecommendedAction = "Install podman or start docker; or name an engine with -Engine, Set-PackEngine, PACK_ENGINE "
                + "or DOCKER_HOST. Get-PackEngine -ListAvailable shows what was found.",
        };
    }
}
