using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>A row of <c>podman volume ls</c>.</summary>
internal sealed record PodmanVolume
{
    /// <summary>Its name.</summary>
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>Its labels.</summary>
    [JsonConverter(typeof(TextMapConverter))]
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
}
