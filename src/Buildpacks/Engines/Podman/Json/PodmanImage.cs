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
