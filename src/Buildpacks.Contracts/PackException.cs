namespace Buildpacks;

/// <summary>A failure with a stable id, a cause in words, and a next step.</summary>
public class PackException : Exception
{
    /// <summary>Makes a failure.</summary>
    /// <param name="errorId">A stable id such as <c>BuilderNotFound</c>; scripts may match on it.</param>
    /// <param name="kind">What sort of failure it is.</param>
    /// <param name="message">What happened, naming the thing it happened to.</param>
    /// <param name="innerException">The cause, if another exception was.</param>
    public PackException(string errorId, PackErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorId = errorId;
        Kind = kind;
    }

    /// <summary>The stable id of the failure.</summary>
    public string ErrorId { get; }

    /// <summary>What sort of failure it is.</summary>
    public PackErrorKind Kind { get; }

    /// <summary>What to do next, in one or two sentences.</summary>
    public string? RecommendedAction { get; init; }

    /// <summary>The phase of the lifecycle that failed; <see langword="null"/> outside the lifecycle.</summary>
    public string? Phase { get; init; }

    /// <summary>The exit code of the engine or the lifecycle; <see langword="null"/> when neither ran.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The last lines that the lifecycle printed; empty outside the lifecycle.</summary>
    public PackCollection<string> Output { get; init; } = [];

    /// <summary>The id of the buildpack that failed; <see langword="null"/> when none did, or when the lifecycle did not tell which.</summary>
    public string? BuildpackId { get; init; }

    /// <summary>The version of the buildpack that failed.</summary>
    public string? BuildpackVersion { get; init; }

    /// <summary>The exit code of the buildpack that failed; <see cref="ExitCode"/> is the lifecycle's.</summary>
    public int? BuildpackExitCode { get; init; }

    /// <summary>
    /// The last lines that the buildpack printed before it failed, to standard error where the lifecycle keeps the two streams apart. It is
    /// one text, not a list, and so it is still there after Start-Job and remoting.
    /// </summary>
    public string? BuildpackOutput { get; init; }

    /// <summary>What the failure is about: an image name, a path, an engine.</summary>
    public string? Target { get; init; }

    /// <summary>What happened until then, when a build failed; Export-PackLog writes it to a file.</summary>
    public BuildLog? Log { get; set; }
}
