using System.Text.RegularExpressions;

namespace Buildpacks.Builds.Running;

/// <summary>Turns the lifecycle's exit code into a failure that says which phase failed, what that means and what to do.</summary>
internal static partial class LifecycleFailure
{
    private const int KeptLines = 20;
    private const int ShownLines = 5;
    private const int FirstSignal = 128;
    private const int DetectFailed = 20;
    private const int DetectErrored = 21;
    private const int BuildpackFailed = 51;
    private const int ExportFailed = 62;

    /// <summary>What engines name of a container that they cannot start for want of its program. A folder or a network may be missing too.</summary>
    private static readonly string[] Programs = ["/cnb/lifecycle/", TurnScript.Shell];

    private const string ErrorMark = "ERROR: ";
    private const string ActionOfBuildpack = "Correct the app, or the settings of the buildpack. The output above contains all messages of the buildpack.";
    private const string SeeOutput = "See the output above; $Error[0].Exception.Output contains its last lines.";

    /// <summary>The failure for an exit code.</summary>
    /// <param name="exitCode">The code: not 0.</param>
    /// <param name="phase">The phase the output was in; <see langword="null"/> when it had not come to one.</param>
    /// <param name="lastLines">The last lines of output.</param>
    /// <param name="image">The image that was to be built.</param>
    /// <param name="buildpacks">Which buildpacks ran.</param>
    public static PackException Create(int exitCode, string? phase, IReadOnlyList<string> lastLines, string image, BuildpackTrace? buildpacks = null)
    {
        var (id, failedPhase, meaning, action) = Describe(exitCode, phase);
        var kind = id == PackErrorIds.IncompatibleApi ? PackErrorKind.Unsupported : PackErrorKind.Failed;
        if (lastLines.Any(line => line.Contains("no space left on device", StringComparison.OrdinalIgnoreCase)))
        {
            (id, kind) = (PackErrorIds.NoSpace, PackErrorKind.NoSpace);
            (meaning, action) = ("there is no space left on the engine's machine", "Free disk space there, for example by removing images that are not used.");
        }
        else if (lastLines.Select(line => MissingProcess().Match(line)).LastOrDefault(match => match.Success) is { } match)
        {
            (id, kind) = (PackErrorIds.ProcessTypeNotFound, PackErrorKind.InvalidInput);
            meaning = $"the app has no process type '{match.Groups[1].Value}'";
            action = "Specify a process type of the app with -DefaultProcess, or omit it to use the default of the buildpacks. The property Processes of a build result lists the process types.";
        }
        else if (exitCode == ExportFailed && lastLines.Any(line => line.StartsWith(ErrorMark, StringComparison.Ordinal) && line.Contains("cache", StringComparison.OrdinalIgnoreCase)))
        {
            action = "Build again with -ClearCache.";
        }

        if (exitCode == BuildpackFailed && buildpacks is not null)
        {
            return OfBuildpack(id, kind, failedPhase, id == PackErrorIds.NoSpace ? meaning : null, action, lastLines, image, buildpacks);
        }

        if (exitCode == DetectErrored && buildpacks?.DetectErrors is [var first, ..] failed)
        {
            return OfDetection(id, kind, id == PackErrorIds.NoSpace ? (meaning, action) : ($"no group of buildpacks passed detection, and {Failed(failed)}", ActionOfBuildpack), lastLines, image, first);
        }

        return new PackException(id, kind, $"The build of '{image}' failed{(failedPhase is null ? "" : $" while {failedPhase}")}: {meaning} (exit code {exitCode}).{OwnWordsOf(exitCode, lastLines)}")
        {
            Phase = failedPhase,
            ExitCode = exitCode,
            Target = image,
            RecommendedAction = action,
            Output = Kept(lastLines),
        };
    }

    /// <summary>Whether an exit code says that a buildpack failed.</summary>
    public static bool IsOfBuildpack(int exitCode) => exitCode == BuildpackFailed;

    private static PackException OfBuildpack(
        string id, PackErrorKind kind, string? phase, string? meaning, string action, IReadOnlyList<string> lastLines, string image, BuildpackTrace buildpacks)
    {
        var failed = buildpacks.Last;
        var who = failed is not null ? $"the buildpack {failed}"
            : buildpacks.Group.Count > 0 ? $"one of the buildpacks {string.Join(", ", buildpacks.Group)}"
            : "a buildpack";
        var code = buildpacks.ExitCode is { } exitCode ? $" with exit code {exitCode}" : "";
        var lines = buildpacks.LastLines;
        var words = lines.Count > 0 ? $" Its last lines:\n{Shown(lines)}" : "";
        return new PackException(id, kind, $"The build of '{image}' failed while {phase}: {who} failed{code}{(meaning is null ? "" : ": " + meaning)} (exit code {BuildpackFailed} of the lifecycle).{words}")
        {
            Phase = phase,
            ExitCode = BuildpackFailed,
            Target = image,
            RecommendedAction = action,
            Output = Kept(lastLines),
            BuildpackId = failed?.Id,
            BuildpackVersion = failed?.Version,
            BuildpackExitCode = buildpacks.ExitCode,
            BuildpackOutput = lines.Count > 0 ? string.Join('\n', lines) : null,
        };
    }

    /// <summary>The failure of a build in which a buildpack failed to detect.</summary>
    private static PackException OfDetection(
        string id, PackErrorKind kind, (string Meaning, string Action) told, IReadOnlyList<string> lastLines, string image, DetectError first)
    {
        var words = first.LastLines.Count > 0 ? $" The last lines of {first.Buildpack}:\n{Shown(first.LastLines)}" : "";
        return new PackException(id, kind, $"The build of '{image}' failed while detecting: {told.Meaning} (exit code {DetectErrored} of the lifecycle).{words}")
        {
            Phase = "detecting",
            ExitCode = DetectErrored,
            Target = image,
            RecommendedAction = told.Action,
            Output = Kept(lastLines),
            BuildpackId = first.Buildpack.Id,
            BuildpackVersion = first.Buildpack.Version,
            BuildpackExitCode = first.ExitCode,
            BuildpackOutput = first.LastLines.Count > 0 ? string.Join('\n', first.LastLines) : null,
        };
    }

    private static string Failed(IReadOnlyList<DetectError> failed) => failed.Count == 1
        ? $"the buildpack {failed[0]} failed"
        : $"these buildpacks failed: {string.Join(", ", failed.Take(ShownLines))}{(failed.Count > ShownLines ? $" and {failed.Count - ShownLines} more" : "")}";

    private static string Shown(IReadOnlyList<string> lines) => string.Join('\n', lines.TakeLast(ShownLines).Select(line => "  " + line));

    private static PackCollection<string> Kept(IReadOnlyList<string> lastLines) => [.. lastLines.Where(line => line.Trim().Length > 0).TakeLast(KeptLines)];

    /// <summary>What the lifecycle says of its own failure; of those of buildpacks and detection it has nothing to say that is not said already.</summary>
    private static string OwnWordsOf(int exitCode, IReadOnlyList<string> lastLines) =>
        exitCode is not (DetectFailed or DetectErrored or BuildpackFailed) && lastLines.LastOrDefault(line => line.Trim().Length > 0) is { } last
            && last.StartsWith(ErrorMark, StringComparison.Ordinal) && last.Length > ErrorMark.Length
            ? $" It says: {last[ErrorMark.Length..].Trim().TrimEnd('.')}."
            : "";

    /// <summary>Whether an engine's failure to start a container says that the lifecycle's program is not in it.</summary>
    public static bool IsMissing(PackException failure) =>
        failure.Kind is PackErrorKind.Failed or PackErrorKind.NotFound
        && ((failure.Message.Contains("no such file or directory", StringComparison.OrdinalIgnoreCase) && Programs.Any(program => failure.Message.Contains(program, StringComparison.Ordinal)))
            || failure.Message.Contains("executable file", StringComparison.OrdinalIgnoreCase)
            || failure.Message.Contains("exec format error", StringComparison.OrdinalIgnoreCase));

    /// <summary>A builder without a lifecycle that can run.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="cause">What the engine said.</param>
    public static PackException Missing(string builder, PackException cause) =>
        new(PackErrorIds.LifecycleMissing, PackErrorKind.NotFound, $"The builder '{builder}' has no lifecycle that can run. {cause.Message}", cause)
        {
            Target = builder,
            RecommendedAction = "Use another builder, or create this builder again for the platform of the engine.",
        };

    private static (string Id, string? Phase, string Meaning, string Action) Describe(int exitCode, string? phase) => exitCode switch
    {
        3 => (PackErrorIds.LifecycleArgumentsInvalid, phase, "the lifecycle did not accept its arguments", "Use a builder with a newer lifecycle; if that does not help, report this with the output of -Verbose."),
        11 => (PackErrorIds.IncompatibleApi, phase, "the lifecycle does not support the requested platform API", "Use a builder with a newer lifecycle."),
        12 => (PackErrorIds.IncompatibleApi, phase, "a buildpack needs a buildpack API that the lifecycle does not support", "Use a builder whose lifecycle supports its buildpacks."),
        DetectFailed => (PackErrorIds.DetectFailed, "detecting", "no group of buildpacks of the builder passed detection for this app", "Check that -Path is the root folder of the app, and that the builder supports this kind of app."),
        DetectErrored => (PackErrorIds.DetectFailed, "detecting", "no group of buildpacks passed detection, and at least one buildpack failed during detection", SeeOutput),
        22 => (PackErrorIds.DetectFailed, "detecting", "the lifecycle could not run the detection", SeeOutput),
        32 => (PackErrorIds.AnalyzeFailed, "analyzing", "the previous image or the run image could not be read", "Pull the run image again, or build under a new name."),
        42 => (PackErrorIds.RestoreFailed, "restoring", "the cache could not be restored", "Build again with -ClearCache."),
        BuildpackFailed => (PackErrorIds.BuildpackFailed, "building", "a buildpack failed", ActionOfBuildpack),
        52 => (PackErrorIds.BuildFailed, "building", "the lifecycle could not run the buildpacks", SeeOutput),
        ExportFailed => (PackErrorIds.ExportFailed, "exporting", "the image could not be written", SeeOutput),
        91 => (PackErrorIds.ExtensionFailed, "generating", "an image extension failed", SeeOutput),
        92 => (PackErrorIds.ExtensionFailed, "generating", "the lifecycle could not run the image extensions", SeeOutput),
        102 => (PackErrorIds.ExtendFailed, "extending", "an image could not be extended", SeeOutput),
        126 or 127 => (PackErrorIds.LifecycleMissing, phase, "the builder has no lifecycle that can run", "Use another builder, or create this builder again."),
        FirstSignal + 9 => (PackErrorIds.BuildKilled, phase, "the container was killed, for example because of a lack of memory", "Give the engine more memory, or check whether another process removes containers."),
        > FirstSignal => (PackErrorIds.BuildKilled, phase, $"a signal ({exitCode - FirstSignal}) ended the lifecycle", SeeOutput),
        _ => (PackErrorIds.LifecycleFailed, phase, "the lifecycle failed", SeeOutput),
    };

    [GeneratedRegex("tried to set (.+) to default but it doesn't exist")]
    private static partial Regex MissingProcess();
}
