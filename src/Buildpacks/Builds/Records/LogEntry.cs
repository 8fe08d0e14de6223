namespace Buildpacks.Builds.Records;

/// <summary>A build whose log is wanted: what it made, or why it failed.</summary>
/// <param name="Result">What it made; <see langword="null"/> when it failed.</param>
/// <param name="Failure">Why it failed; <see langword="null"/> when it did not.</param>
public sealed record LogEntry(BuildResult? Result, PackException? Failure)
{
    /// <summary>What happened; <see langword="null"/> when the build did not even begin.</summary>
    public BuildLog? Log => Result?.Log ?? Failure?.Log;
}
