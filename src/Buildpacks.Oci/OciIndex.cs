namespace Buildpacks.Oci;

/// <summary>An OCI index: the root of a layout, or one image for several platforms.</summary>
public sealed record OciIndex
{
    /// <summary>Always 2.</summary>
    public int SchemaVersion { get; init; } = 2;

    /// <summary>The index's own media type.</summary>
    public string? MediaType { get; init; } = MediaTypes.Index;

    /// <summary>Its entries.</summary>
    public IReadOnlyList<OciDescriptor> Manifests { get; init => field = value ?? []; } = [];

    /// <summary>Annotations of the index.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
