using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>An entry of <c>podman image inspect</c>.</summary>
internal sealed record PodmanImageDetail
{
    /// <summary>The id without <c>sha256:</c>.</summary>
    public string Id { get; set => field = value ?? ""; } = "";

    /// <summary>The manifest's digest.</summary>
    public string? Digest { get; set; }

    /// <summary>The tags.</summary>
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string> RepoTags { get; set; } = [];

    /// <summary>Names with digests.</summary>
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string> RepoDigests { get; set; } = [];

    /// <summary>Size in bytes.</summary>
    public long? Size { get; set; }

    /// <summary>When it was made, as the config has it.</summary>
    public string? Created { get; set; }

    /// <summary>Who made it.</summary>
    public string? Author { get; set; }

    /// <summary>Go's name of the architecture.</summary>
    public string? Architecture { get; set; }

    /// <summary>The operating system.</summary>
    public string? Os { get; set; }

    /// <summary>The architecture's variant; podman tells it since 5.</summary>
    public string? Variant { get; set; }

    /// <summary>What a container starts with.</summary>
    public PodmanImageConfig? Config { get; set; }

    /// <summary>How a container is tested, as the config has it; podman tells it beside <see cref="Config"/>.</summary>
    public JsonElement? Healthcheck { get; set; }

    /// <summary>The layers.</summary>
    public RootFsPart? RootFS { get; set; }

    /// <summary>How the layers came to be.</summary>
    public IReadOnlyList<PodmanImageStep>? History { get; set; }

    /// <summary>The layers.</summary>
    internal sealed record RootFsPart
    {
        /// <summary>The diffIDs.</summary>
        [JsonConverter(typeof(TextListConverter))]
        public IReadOnlyList<string> Layers { get; set; } = [];
    }
}
