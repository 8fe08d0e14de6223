namespace Buildpacks.Oci;

/// <summary>How one layer came to be.</summary>
public sealed record OciHistory
{
    /// <summary>When, RFC 3339.</summary>
    public string? Created { get; init; }

    /// <summary>By what command.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("created_by")]
    public string? CreatedBy { get; init; }

    /// <summary>By whom.</summary>
    public string? Author { get; init; }

    /// <summary>A remark.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether the step made no layer.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("empty_layer")]
    public bool? EmptyLayer { get; init; }
}
