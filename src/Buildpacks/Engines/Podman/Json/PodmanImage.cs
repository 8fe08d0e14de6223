using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>A row of <c>podman images</c>.</summary>
internal sealed record PodmanImage
{
    /// <summary>The id without <c>sha256:</c>.</summary>
    public string Id { get; set => field = value ?? ""; } = "";

    /// <summary>The tags; podman 4 leaves this null and fills <see cref="Names"/>.</summary>
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string> RepoTags { get; set; } = [];

    /// <summary>The tags, and in places names with digests.</summary>
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string> Names { get; set; } = [];

    /// <summary>The manifest's digest.</summary>
    public string? Digest { get; set; }

    /// <summary>Size in bytes.</summary>
    public long? Size { get; set; }

    /// <summary>When it was made.</summary>
    [JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset Created { get; set; }

    /// <summary>Labels.</summary>
    [JsonConverter(typeof(TextMapConverter))]
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
}
