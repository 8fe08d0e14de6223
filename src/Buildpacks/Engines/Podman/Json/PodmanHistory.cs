using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>An entry of <c>podman image history</c>.</summary>
internal sealed record PodmanHistory
{
    /// <summary>The image at that step, or nothing.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; set; }

    /// <summary>When.</summary>
    [JsonPropertyName("created")]
    [JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset Created { get; set; }

    /// <summary>By what command.</summary>
    public string? CreatedBy { get; set; }

    /// <summary>Bytes added.</summary>
    [JsonPropertyName("size")]
    public long? Size { get; set; }

    /// <summary>A remark.</summary>
    [JsonPropertyName("comment")]
    public string? Comment { get; set; }
}
