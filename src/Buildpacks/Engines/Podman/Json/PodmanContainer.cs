using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>A row of <c>podman ps</c>.</summary>
internal sealed record PodmanContainer
{
    /// <summary>Its id.</summary>
    public string Id { get; set => field = value ?? ""; } = "";

    /// <summary>Its names.</summary>
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string> Names { get; set; } = [];

    /// <summary><c>created</c>, <c>running</c>, <c>exited</c>, ….</summary>
    public string? State { get; set; }

    /// <summary>Its labels, those of its image among them.</summary>
    [JsonConverter(typeof(TextMapConverter))]
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
}
