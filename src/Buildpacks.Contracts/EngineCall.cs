namespace Buildpacks;

/// <summary>One call to a container engine: a process for podman, a request for docker; or a request to a registry.</summary>
public sealed record EngineCall : ITimed, ICalled
{
    /// <summary>The engine called. For a request to a registry: the engine of the build that sent it.</summary>
    public required PackEngineKind Engine { get; init; }

    /// <summary>The registry that got the request, as image names begin; <see langword="null"/> for a call to the engine.</summary>
    public string? Registry { get; init; }

    /// <summary>
    /// The operation, by the name of the engine interface: <c>ImageInspect</c>, <c>ContainerCreate</c>, …; for a request to a registry
    /// <c>ManifestGet</c>, <c>BlobUpload</c>, ….
    /// </summary>
    public required string Operation { get; init; }

    /// <summary>What the engine was given: podman's arguments, or the method and path of the request; for a registry the method and the address. Secrets are masked.</summary>
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

    /// <summary>The exit code of podman; <see langword="null"/> for other engines and registries, and when the call was cancelled.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The HTTP status of docker's or a registry's answer; <see langword="null"/> for podman, and when the call was cancelled or not answered.</summary>
    public int? Status { get; init; }

    /// <inheritdoc/>
    PackCollection<string> ICalled.Arguments => Arguments;

    /// <inheritdoc/>
    TimeSpan ITimed.Duration => Duration;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Operation} {Duration.TotalSeconds:0.00} s");
}
