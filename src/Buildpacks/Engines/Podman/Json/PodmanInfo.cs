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

        /// <summary>Such as <c>v2</c>.</summary>
        [JsonPropertyName("cgroupVersion")]
        public string? CgroupVersion { get; set; }

        /// <summary>Such as <c>systemd</c>.</summary>
        [JsonPropertyName("cgroupManager")]
        public string? CgroupManager { get; set; }

        /// <summary>What runs containers.</summary>
        [JsonPropertyName("ociRuntime")]
        public RuntimePart? OciRuntime { get; set; }

        /// <summary>The ids that containers get; without them when podman runs as root.</summary>
        [JsonPropertyName("idMappings")]
        public MappingsPart? IdMappings { get; set; }
    }

    /// <summary>What runs containers.</summary>
    internal sealed record RuntimePart
    {
        /// <summary>Such as <c>crun</c>.</summary>
        [JsonPropertyName("name")]
        public string? Name { get; set; }
    }

    /// <summary>The ids that containers get.</summary>
    internal sealed record MappingsPart
    {
        /// <summary>Of users.</summary>
        [JsonPropertyName("uidmap")]
        public IReadOnlyList<RangePart>? UidMap { get; set; }

        /// <summary>Of groups.</summary>
        [JsonPropertyName("gidmap")]
        public IReadOnlyList<RangePart>? GidMap { get; set; }
    }

    /// <summary>Some ids that follow one another.</summary>
    internal sealed record RangePart
    {
        /// <summary>How many.</summary>
        [JsonPropertyName("size")]
        public long Size { get; set; }
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

        /// <summary>Where the store is.</summary>
        [JsonPropertyName("graphRoot")]
        public string? GraphRoot { get; set; }

        /// <summary>The bytes of its file system.</summary>
        [JsonPropertyName("graphRootAllocated")]
        public long? GraphRootAllocated { get; set; }

        /// <summary>Those that are taken.</summary>
        [JsonPropertyName("graphRootUsed")]
        public long? GraphRootUsed { get; set; }
    }
}
