namespace Buildpacks.Oci;

/// <summary>The layers of an image by the digests of their uncompressed content.</summary>
public sealed record OciRootFs
{
    /// <summary>Always <c>layers</c>.</summary>
    public string Type { get; init => field = value ?? "layers"; } = "layers";

    /// <summary>The diffIDs, the base first.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("diff_ids")]
    public IReadOnlyList<string> DiffIds { get; init => field = value ?? []; } = [];
}
