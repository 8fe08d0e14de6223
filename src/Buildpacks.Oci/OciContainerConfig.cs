using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildpacks.Oci;

/// <summary>The start settings of a container. The JSON property names are in Pascal case, as in the specification.</summary>
public sealed record OciContainerConfig
{
    /// <summary>User, as <c>name</c>, <c>uid</c> or <c>uid:gid</c>.</summary>
    [JsonPropertyName("User")]
    public string? User { get; init; }

    /// <summary>Ports as <c>8080/tcp</c>.</summary>
    [JsonPropertyName("ExposedPorts")]
    public IReadOnlyDictionary<string, JsonElement>? ExposedPorts { get; init; }

    /// <summary>Environment as <c>NAME=value</c>.</summary>
    [JsonPropertyName("Env")]
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>The entry point.</summary>
    [JsonPropertyName("Entrypoint")]
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>The command.</summary>
    [JsonPropertyName("Cmd")]
    public IReadOnlyList<string>? Cmd { get; init; }

    /// <summary>Volume mount points.</summary>
    [JsonPropertyName("Volumes")]
    public IReadOnlyDictionary<string, JsonElement>? Volumes { get; init; }

    /// <summary>The working directory.</summary>
    [JsonPropertyName("WorkingDir")]
    public string? WorkingDir { get; init; }

    /// <summary>Labels.</summary>
    [JsonPropertyName("Labels")]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>The signal that stops a container.</summary>
    [JsonPropertyName("StopSignal")]
    public string? StopSignal { get; init; }

    /// <summary>Properties that are not in the specification, such as <c>Healthcheck</c>; they are not changed.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; set; }
}
