namespace Buildpacks;

/// <summary>A failure with a stable id, a message, and a recommended action.</summary>
public class PackException : Exception
{
    /// <summary>Creates a failure.</summary>
    /// <param name="errorId">A stable id such as <c>BuilderNotFound</c>; scripts may match on it.</param>
    /// <param name="kind">The category of the failure.</param>
    /// <param name="message">The message; it names the affected object.</param>
    /// <param name="innerException">The exception that caused the failure, if any.</param>
    public PackException(string errorId, PackErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorId = errorId;
        Kind = kind;
    }

    /// <summary>The stable id of the failure.</summary>
    public string ErrorId { get; }

    /// <summary>The category of the failure.</summary>
    public PackErrorKind Kind { get; }

    /// <summary>The recommended action, in one or two sentences.</summary>
    public string? RecommendedAction { get; init; }

    /// <summary>The phase of the lifecycle that failed; <see langword="null"/> outside the lifecycle.</summary>
    public string? Phase { get; init; }

    /// <summary>The exit code of podman or the lifecycle; <see langword="null"/> when neither ran.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The HTTP status of docker's or a registry's answer; <see langword="null"/> when there was none.</summary>
    public int? Status { get; init; }

    /// <summary>The last lines of the lifecycle's output; empty outside the lifecycle.</summary>
    public PackCollection<string> Output { get; init; } = [];

    /// <summary>The id of the buildpack that failed; <see langword="null"/> when no buildpack failed, or when the failed buildpack is not known.</summary>
    public string? BuildpackId { get; init; }

    /// <summary>The version of the buildpack that failed.</summary>
    public string? BuildpackVersion { get; init; }

    /// <summary>The exit code of the buildpack that failed; <see cref="ExitCode"/> is the lifecycle's.</summary>
    public int? BuildpackExitCode { get; init; }

    /// <summary>
    /// The last lines of output of the failed buildpack, from standard error if the lifecycle separates the streams. It is a
    /// string and not a list, so that it is kept by Start-Job and remoting.
    /// </summary>
    public string? BuildpackOutput { get; init; }

    /// <summary>The affected object: an image name, a path, an engine.</summary>
    public string? Target { get; init; }

    /// <summary>Each problem of the file that is not valid, with its line and column; empty for other failures.</summary>
    public PackCollection<PackFileProblem> Problems { get; init; } = [];

    /// <summary>The log of the failed build; Export-PackLog writes it to a file.</summary>
    public BuildLog? Log { get; set; }
}
