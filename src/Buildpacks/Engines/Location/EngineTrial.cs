namespace Buildpacks.Engines.Location;

/// <summary>A candidate that was tried in vain.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="Failure">Why it failed.</param>
internal sealed record EngineTrial(EngineCandidate Candidate, PackException Failure)
{
    /// <summary>The one failure that stands for several.</summary>
    public static PackException Combine(IReadOnlyList<EngineTrial> trials)
    {
        if (trials is [var only] && only.Candidate.Problem is null)
        {
            return only.Failure;
        }

        var lines = Lines(trials).Select(line => $"{Environment.NewLine}  {line}");
        return new PackException(PackErrorIds.NoEngine, PackErrorKind.Unreachable, $"No container engine answers.{string.Concat(lines)}")
        {
            RecommendedAction = NextStep(trials),
        };
    }

    /// <summary>One line for each thing that is wrong. PowerShell joins the lines where it shows the error of a script.</summary>
    private static IEnumerable<string> Lines(IReadOnlyList<EngineTrial> trials)
    {
        foreach (var trial in trials.Where(trial => !trial.IsMissingSocket))
        {
            var source = trial.Candidate is { Kind: PackEngineKind.Podman, Source: "PATH" } or { Source.Length: 0 } ? "" : $" ({trial.Candidate.Source})";
            var place = trial.Failure.Message.Contains(trial.Candidate.Endpoint, StringComparison.Ordinal) ? "" : $"{trial.Candidate.Endpoint} ";
            yield return $"{Name(trial)}: {place}{trial.Failure.Message.TrimEnd('.')}{source}.";
        }

        if (trials.Where(trial => trial.IsMissingSocket).ToList() is [var first, ..] missing)
        {
            yield return $"{Name(first)}: there is no socket {string.Join(", ", missing.Select(trial => $"{trial.Candidate.Endpoint} ({trial.Candidate.Source})"))}.";
        }
    }

    private static string NextStep(IReadOnlyList<EngineTrial> trials)
    {
        const string name = "or specify its endpoint with -EngineEndpoint, Set-PackEngine or DOCKER_HOST.";
        if (trials.All(trial => trial.Candidate.Kind == PackEngineKind.Docker))
        {
            return $"Start docker, {name}";
        }

        var isInstalled = trials.Any(trial => trial.Candidate is { Kind: PackEngineKind.Podman, Problem: null });
        return $"{(isInstalled ? "Repair podman as described in its message" : "Install podman (on Debian and Ubuntu: apt install podman)")}; or start docker, {name}";
    }

    /// <summary>Whether nobody named this socket, and it does not exist.</summary>
    private bool IsMissingSocket => Candidate.Problem is { ErrorId: PackErrorIds.DockerUnreachable };

    private static string Name(EngineTrial trial) => trial.Candidate.Kind.ToString().ToLowerInvariant();
}
