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
    /// <summary>Reads <c>linux/arm64</c> or <c>linux/arm/v7</c>.</summary>
    /// <returns>The platform; <see langword="null"/> when the text is none.</returns>
    public static OciPlatform? Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is { Length: 2 or 3 } parts && parts.All(part => part.Length > 0 && part.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_'))
            ? new OciPlatform(parts[1], parts[0], parts.Length == 3 ? parts[2] : null)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Os}/{Architecture}" + (Variant is null ? "" : "/" + Variant);
}
