using System.Text.Json.Serialization;

namespace Buildpacks.Engines.Podman.Json;

/// <summary><c>podman info</c>.</summary>
internal sealed record PodmanInfo
{
    /// <summary>The machine.</summary>
    [JsonPropertyName("host")]
    public HostPart? Host { get; set; }

    /// <summary>Where images and containers are kept.</summary>
    [JsonPropertyName("store")]
    public StorePart? Store { get; set; }

    /// <summary>The version.</summary>
    [JsonPropertyName("version")]
    public PodmanVersion.Part? Version { get; set; }

    /// <summary>The machine.</summary>
    internal sealed record HostPart
    {
        /// <summary>Go's name of the architecture.</summary>
        [JsonPropertyName("arch")]
        public string? Arch { get; set; }

        /// <summary>The operating system.</summary>
        [JsonPropertyName("os")]
        public string? Os { get; set; }

        /// <summary>Whether a service was asked.</summary>
        [JsonPropertyName("serviceIsRemote")]
        public bool? ServiceIsRemote { get; set; }

        /// <summary>Security.</summary>
        [JsonPropertyName("security")]
        public SecurityPart? Security { get; set; }
    }

    /// <summary>Security.</summary>
    internal sealed record SecurityPart
    {
        /// <summary>Whether containers run without root.</summary>
        [JsonPropertyName("rootless")]
        public bool? Rootless { get; set; }
    }

    /// <summary>Where images and containers are kept.</summary>
    internal sealed record StorePart
    {
        /// <summary>The storage driver.</summary>
        [JsonPropertyName("graphDriverName")]
        public string? GraphDriverName { get; set; }
    }
}
