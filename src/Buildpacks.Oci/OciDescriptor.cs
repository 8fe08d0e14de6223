namespace Buildpacks.Oci;

/// <summary>Points at a blob (OCI image specification, "OCI Content Descriptors").</summary>
public sealed record OciDescriptor
{
    /// <summary>The media type of the blob.</summary>
    public required string MediaType { get; init => field = value ?? ""; }

    /// <summary>Its digest, <c>sha256:…</c>.</summary>
    public required string Digest { get; init => field = value ?? ""; }

    /// <summary>Its size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Annotations of the entry.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>The platform an index entry is for.</summary>
    public OciPlatform? Platform { get; init; }
}

/// <summary>An operating system and an architecture.</summary>
/// <param name="Architecture">Such as <c>amd64</c>.</param>
/// <param name="Os">Such as <c>linux</c>.</param>
/// <param name="Variant">Such as <c>v8</c>.</param>
public sealed record OciPlatform(string Architecture, string Os, string? Variant = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Os}/{Architecture}" + (Variant is null ? "" : "/" + Variant);
}
