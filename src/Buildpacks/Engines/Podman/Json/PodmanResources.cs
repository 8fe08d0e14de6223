using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>A row of <c>podman volume ls</c>.</summary>
internal sealed record PodmanVolume
{
    /// <summary>Its name.</summary>
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>Where its files are.</summary>
    public string? Mountpoint { get; set; }

    /// <summary>Its labels.</summary>
    [JsonConverter(typeof(TextMapConverter))]
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
}

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

/// <summary>A row of <c>podman system connection list</c>.</summary>
internal sealed record PodmanConnection
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where it leads.</summary>
    [JsonPropertyName("URI")]
    public string Address { get; set; } = "";
}
