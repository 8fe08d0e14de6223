namespace Buildpacks.Diagnosis;

/// <summary>One thing that has to be right for builds to work.</summary>
internal interface IEngineCheck
{
    /// <summary>The check's name.</summary>
    string Name { get; }

    /// <summary>The checks without which this one says nothing: when one of them failed, this one is skipped.</summary>
    IReadOnlyList<string> Needs { get; }

    /// <summary>Looks.</summary>
    /// <param name="patient">The engine, and what earlier checks learned of it.</param>
    /// <param name="cancellationToken">Ends the check; nothing of it is left then.</param>
    /// <exception cref="PackException">The engine's failure: the check failed.</exception>
    Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken);
}

/// <summary>What a check found.</summary>
/// <param name="Result">How it came out.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Remedy">What to do; <see langword="null"/> for nothing.</param>
internal sealed record Finding(PackEngineCheckResult Result, string Evidence, string? Remedy = null)
{
    /// <summary>Whether checks that need this one are skipped.</summary>
    public bool Blocks { get; init; } = Result == PackEngineCheckResult.Failed;

    /// <summary>All is well.</summary>
    public static Finding Passed(string evidence) => new(PackEngineCheckResult.Passed, evidence);

    /// <summary>It works, but not well.</summary>
    public static Finding Warning(string evidence, string remedy) => new(PackEngineCheckResult.Warning, evidence, remedy);

    /// <summary>It does not work.</summary>
    public static Finding Failed(string evidence, string? remedy) => new(PackEngineCheckResult.Failed, evidence, remedy);

    /// <summary>It does not work, in the words of who says so.</summary>
    public static Finding Failed(PackException failure) => Failed(failure.Message, failure.RecommendedAction);

    /// <summary>There was nothing to check.</summary>
    public static Finding Skipped(string why) => new(PackEngineCheckResult.Skipped, why);
}
