using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary>The config part of <c>podman image inspect</c>.</summary>
internal sealed record PodmanImageConfig
{
    /// <summary>User.</summary>
    public string? User { get; set; }

    /// <summary>Ports.</summary>
    public IReadOnlyDictionary<string, JsonElement>? ExposedPorts { get; set; }

    /// <summary>Environment.</summary>
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string> Env { get; set; } = [];

    /// <summary>Entry point.</summary>
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string> Entrypoint { get; set; } = [];

    /// <summary>Command.</summary>
    [JsonConverter(typeof(TextListConverter))]
    public IReadOnlyList<string> Cmd { get; set; } = [];

    /// <summary>Volumes.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Volumes { get; set; }

    /// <summary>Working directory.</summary>
    public string? WorkingDir { get; set; }

    /// <summary>Labels.</summary>
    [JsonConverter(typeof(TextMapConverter))]
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    /// <summary>The signal that stops a container.</summary>
    public string? StopSignal { get; set; }
}
