namespace Buildpacks.Oci;

/// <summary>The history of one layer.</summary>
public sealed record OciHistory
{
    /// <summary>The time, RFC 3339.</summary>
    public string? Created { get; init; }

    /// <summary>The command.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("created_by")]
    public string? CreatedBy { get; init; }

    /// <summary>The author.</summary>
    public string? Author { get; init; }

    /// <summary>A comment.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether the step created no layer.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("empty_layer")]
    public bool? EmptyLayer { get; init; }
}
