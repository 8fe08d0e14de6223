using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>A row of <c>podman system connection list</c>.</summary>
internal sealed record PodmanConnection
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where it leads.</summary>
    [JsonPropertyName("URI")]
    public string Address { get; set; } = "";
}
