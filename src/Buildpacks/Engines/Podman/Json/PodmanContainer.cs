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

/// <summary>An entry of <c>podman container inspect</c>.</summary>
internal sealed record PodmanContainerDetail
{
    /// <summary>Its id.</summary>
    public string Id { get; set => field = value ?? ""; } = "";

    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>The id of its image, without <c>sha256:</c>.</summary>
    public string? Image { get; set; }

    /// <summary>Its state.</summary>
    public StatePart? State { get; set; }

    /// <summary>Its config.</summary>
    public ConfigPart? Config { get; set; }

    /// <summary>Its state.</summary>
    internal sealed record StatePart
    {
        /// <summary><c>created</c>, <c>running</c>, <c>exited</c>, ….</summary>
        public string? Status { get; set; }

        /// <summary>The exit code of its last run.</summary>
        public long? ExitCode { get; set; }

        /// <summary>Whether the kernel killed it for want of memory.</summary>
        public bool? OOMKilled { get; set; }
    }

    /// <summary>Its config.</summary>
    internal sealed record ConfigPart
    {
        /// <summary>Its labels.</summary>
        [JsonConverter(typeof(TextMapConverter))]
        public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
    }
}
