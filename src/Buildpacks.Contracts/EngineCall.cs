namespace Buildpacks;

/// <summary>One call to a container engine: a process for podman, a request for docker.</summary>
public sealed record EngineCall : ITimed, ICalled
{
    /// <summary>The engine called.</summary>
    public required PackEngineKind Engine { get; init; }

    /// <summary>The name of the operation in the engine interface: <c>ImageInspect</c>, <c>ContainerCreate</c>, ….</summary>
    public required string Operation { get; init; }

    /// <summary>The arguments of podman, or the method and path of the request. Secrets are masked.</summary>
    internal PackCollection<string> Arguments { get; init; } = [];

    /// <summary>The start time.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>The duration.</summary>
    internal TimeSpan Duration { get; init; }

    /// <summary>The duration in seconds.</summary>
    public double Seconds => Math.Round(Duration.TotalSeconds, 3);

    /// <summary>Bytes streamed to the engine.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes streamed from the engine.</summary>
    public long BytesReceived { get; init; }

    /// <summary>podman's exit code, or the HTTP status; <see langword="null"/> when the call was cancelled or not answered.</summary>
    public int? ExitCode { get; init; }

    /// <inheritdoc/>
    PackCollection<string> ICalled.Arguments => Arguments;

    /// <inheritdoc/>
    TimeSpan ITimed.Duration => Duration;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Operation} {Duration.TotalSeconds:0.00} s");
}
