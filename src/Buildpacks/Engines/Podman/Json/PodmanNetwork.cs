using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>A row of <c>podman network ls</c>.</summary>
internal sealed record PodmanNetwork
{
    /// <summary>Its name.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    /// <summary>What makes it.</summary>
    [JsonPropertyName("driver")]
    public string Driver { get; set; } = "";
}
