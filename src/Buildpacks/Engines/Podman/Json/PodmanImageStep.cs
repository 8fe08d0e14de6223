using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>A step in the history that <c>podman image inspect</c> tells, as the image's config has it.</summary>
internal sealed record PodmanImageStep
{
    /// <summary>When.</summary>
    [JsonPropertyName("created")]
    public string? Created { get; set; }

    /// <summary>By what command.</summary>
    [JsonPropertyName("created_by")]
    public string? CreatedBy { get; set; }

    /// <summary>By whom.</summary>
    [JsonPropertyName("author")]
    public string? Author { get; set; }

    /// <summary>A remark.</summary>
    [JsonPropertyName("comment")]
    public string? Comment { get; set; }

    /// <summary>Whether the step made no layer.</summary>
    [JsonPropertyName("empty_layer")]
    public bool? EmptyLayer { get; set; }
}
