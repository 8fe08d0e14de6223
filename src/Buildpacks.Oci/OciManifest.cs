namespace Buildpacks.Oci;

/// <summary>An OCI manifest: the config and the layers of one image.</summary>
public sealed record OciManifest
{
    /// <summary>Always 2.</summary>
    public int SchemaVersion { get; init; } = 2;

    /// <summary>The manifest's own media type.</summary>
    public string? MediaType { get; init; } = MediaTypes.Manifest;

    /// <summary>The config.</summary>
    public required OciDescriptor Config { get; init; }

    /// <summary>The layers, the base first.</summary>
    public IReadOnlyList<OciDescriptor> Layers { get; init => field = value ?? []; } = [];

    /// <summary>Annotations of the manifest.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
