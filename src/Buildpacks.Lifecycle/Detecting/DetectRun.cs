namespace Buildpacks.Lifecycle.Detecting;

/// <summary>What came of one bin/detect.</summary>
/// <param name="ExitCode">Its exit code: 0 passes, 100 fails, all others are errors; <see langword="null"/> when it did not run or its plan is malformed.</param>
/// <param name="Plan">The ways in which the buildpack can take part; empty unless it passed.</param>
/// <param name="OutputFile">What it printed; <see langword="null"/> when it did not run.</param>
/// <param name="Problem">Why it did not run, or what is wrong with its plan.</param>
internal sealed record DetectRun(int? ExitCode, IReadOnlyList<PlanAlternative> Plan, string? OutputFile, string? Problem)
{
    /// <summary>The exit code by which a buildpack says that it is not meant for the app.</summary>
    public const int FailCode = 100;

    /// <summary>Whether the buildpack wants to take part.</summary>
    public bool Passed => ExitCode == 0;

    /// <summary>Whether it neither passed nor failed.</summary>
    public bool Errored => ExitCode is not (0 or FailCode);

    /// <summary>A run that did not take place, or whose plan is malformed.</summary>
    public static DetectRun Error(string problem, string? outputFile = null) => new(null, [], outputFile, problem);
}
