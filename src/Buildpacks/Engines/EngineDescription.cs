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

    /// <summary>Whether images live in containerd's store.</summary>
    public bool ContainerdStore { get; init; }

    /// <summary>Whether the engine runs on another machine (podman machine, a connection, a TCP endpoint).</summary>
    public bool Remote { get; init; }
}
