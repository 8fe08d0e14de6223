namespace Buildpacks.Diagnosis;

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
