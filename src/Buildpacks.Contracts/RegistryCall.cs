namespace Buildpacks;

/// <summary>One HTTP request to a registry, to its token server, or to a host that the registry redirected to.</summary>
public sealed record RegistryCall
{
    /// <summary>The registry, as image names begin: <c>docker.io</c>, <c>localhost:5000</c>.</summary>
    public required string Registry { get; init; }

    /// <summary>The operation: <c>ManifestGet</c>, <c>BlobUpload</c>, <c>TokenGet</c>, ….</summary>
    public required string Operation { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The address without its query, which may contain signatures.</summary>
    public required string Address { get; init; }

    /// <summary>When the request began.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>The time until the last byte of the answer was read.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Bytes of the request's body that were sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes of the answer's body that were read.</summary>
    public long BytesReceived { get; init; }

    /// <summary>The HTTP status; <see langword="null"/> when no answer came.</summary>
    public int? Status { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Operation} {Registry} {Status} {Duration.TotalSeconds:0.00} s");
}
