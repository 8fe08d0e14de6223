namespace Buildpacks.Engines;

/// <summary>Makes the failures that every engine adapter throws, so that ids and next steps are the same for all.</summary>
public static class EngineErrors
{
    /// <summary>The failure of one engine call.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="kind">What sort of failure.</param>
    /// <param name="operation">The operation, as <see cref="EngineCall.Operation"/> names it.</param>
    /// <param name="words">The engine's own words, secrets masked.</param>
    /// <param name="exitCode">podman's exit code or the HTTP status.</param>
    /// <param name="target">The image, container or volume it is about.</param>
    /// <param name="innerException">The cause.</param>
    /// <param name="nextStep">What to do; by default what usually helps with that sort of failure.</param>
    public static PackException Create(
        PackEngineKind engine, PackErrorKind kind, string operation, string words,
        int? exitCode = null, string? target = null, Exception? innerException = null, string? nextStep = null) =>
        new("Engine" + kind, kind, $"{engine} {operation} failed: {words.Trim()}", innerException)
        {
            ExitCode = exitCode,
            Target = target,
            RecommendedAction = nextStep ?? NextStep(engine, kind, words),
        };

    private static string? NextStep(PackEngineKind engine, PackErrorKind kind, string words)
    {
        return kind switch
        {
            PackErrorKind.NotFound when Has("network") => $"Check the name of the network; '{engine.ToString().ToLowerInvariant()} network ls' shows those that there are.",
            PackErrorKind.NotFound when Has("no such container") =>
                $"Check the name of the container whose network is to be shared; '{engine.ToString().ToLowerInvariant()} ps --all' shows those that there are.",
            PackErrorKind.NotFound => "Check the name; Get-PackImage -All shows the images the engine holds.",
            PackErrorKind.Unauthorized when engine is PackEngineKind.Podman => "Log in to the registry with 'podman login REGISTRY'.",
            PackErrorKind.Unauthorized => "Log in to the registry with 'docker login REGISTRY', or check who may use the engine's socket.",
            PackErrorKind.Unreachable => "See Get-PackEngine -ListAvailable for the engines that answer.",
            PackErrorKind.NoSpace when engine is PackEngineKind.Podman =>
                "Free disk space on the engine's machine, for example by removing unused images; or set TMPDIR to a folder with more room, where podman puts what it copies and loads.",
            PackErrorKind.NoSpace => "Free disk space on the engine's machine, for example by removing unused images.",
            PackErrorKind.InvalidInput when Has("statfs ") || Has("bind source path does not exist") =>
                "Check the volumes: a folder that is mounted has to exist on the engine's machine.",
            PackErrorKind.Failed when Has("read-only file system") =>
                "See why the file system with the engine's store is read-only (an error of the disk may have made it so), and mount it for writing.",
            PackErrorKind.Failed when Has("OCI ") || Has("crun: ") || Has("runc ") =>
                $"The engine starts no container: 'Test-PackEngine -Engine {engine}' looks for what keeps it from that, and says what helps.",
            _ => null,
        };

        bool Has(string phrase) => words.Contains(phrase, StringComparison.OrdinalIgnoreCase);
    }
}
