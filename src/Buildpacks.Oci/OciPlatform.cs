namespace Buildpacks.Oci;

/// <summary>An operating system and an architecture.</summary>
/// <param name="Architecture">Such as <c>amd64</c>.</param>
/// <param name="Os">Such as <c>linux</c>.</param>
/// <param name="Variant">Such as <c>v8</c>.</param>
public sealed record OciPlatform(string Architecture, string Os, string? Variant = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Os}/{Architecture}" + (Variant is null ? "" : "/" + Variant);
}
