namespace Buildpacks.Engines;

/// <summary>Makes the failures that every engine adapter throws, so that ids and next steps are the same for all.</summary>
internal static class EngineErrors
{
    /// <summary>The failure of one engine call.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="kind">What sort of failure.</param>
    /// <param name="operation">The operation, as <see cref="EngineCall.Operation"/> names it.</param>
    /// <param name="words">The engine's own words, secrets masked.</param>
    /// <param name="exitCode">podman's exit code.</param>
    /// <param name="target">The image, container or volume it is about.</param>
    /// <param name="innerException">The cause.</param>
    /// <param name="nextStep">What to do; by default what usually helps with that sort of failure.</param>
    /// <param name="status">The HTTP status of docker's answer.</param>
    public static PackException Create(
        PackEngineKind engine, PackErrorKind kind, string operation, string words,
        int? exitCode = null, string? target = null, Exception? innerException = null, string? nextStep = null, int? status = null) =>
        new("Engine" + kind, kind, $"{engine} {operation} failed: {words.Trim()}", innerException)
        {
            ExitCode = exitCode,
            Status = status,
            Target = target,
            RecommendedAction = nextStep ?? EngineNextSteps.Find(engine, kind, operation, words),
        };
}
