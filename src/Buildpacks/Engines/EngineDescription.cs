namespace Buildpacks.Engines;

/// <summary>What an engine says of itself.</summary>
public sealed record EngineDescription
{
    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>The version of its API.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>The operating system of its containers.</summary>
    public string Os { get; init; } = "linux";

    /// <summary>The architecture of its containers, in Go's names: <c>amd64</c>, <c>arm64</c>.</summary>
    public string Architecture { get; init; } = "amd64";

    /// <summary>Whether its containers run without root; <see langword="null"/> without detail.</summary>
    public bool? Rootless { get; init; }

    /// <summary>The storage driver; <see langword="null"/> without detail.</summary>
    public string? StorageDriver { get; init; }

    /// <summary>Where the store is on the engine's machine; <see langword="null"/> without detail.</summary>
    public string? StorePath { get; init; }

    /// <summary>How many bytes are free in the store; <see langword="null"/> when the engine does not tell: docker never does.</summary>
    public long? StoreFree { get; init; }

    /// <summary>The version of the kernel's control groups, <c>v1</c> or <c>v2</c>; <see langword="null"/> without detail.</summary>
    public string? CgroupVersion { get; init; }

    /// <summary>Who manages control groups, such as <c>systemd</c> or <c>cgroupfs</c>; <see langword="null"/> without detail.</summary>
    public string? CgroupManager { get; init; }

    /// <summary>What runs containers, such as <c>runc</c> or <c>crun</c>; <see langword="null"/> without detail.</summary>
    public string? Runtime { get; init; }

    /// <summary>
    /// How many user ids, or group ids if those are fewer, a rootless engine has for containers; <see langword="null"/> when it is
    /// not rootless or does not tell: docker never does.
    /// </summary>
    public long? MappedIds { get; init; }

    /// <summary>Whether images live in containerd's store.</summary>
    public bool ContainerdStore { get; init; }

    /// <summary>Whether the engine runs on another machine (podman machine, a connection, a TCP endpoint).</summary>
    public bool Remote { get; init; }
}
