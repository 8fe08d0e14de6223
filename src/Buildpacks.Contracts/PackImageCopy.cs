namespace Buildpacks;

/// <summary>A copied image: its location, and the amount of data that was copied.</summary>
public sealed record PackImageCopy
{
    /// <summary>The name at the destination, which is the first of <see cref="Tags"/>; the id when it has no name.</summary>
    public required string Name { get; init; }

    /// <summary>All names of the copy.</summary>
    public PackCollection<string> Tags { get; init; } = [];

    /// <summary>The id at the destination: the digest of the config, which a copy does not change, or of the manifest for docker with containerd's image store. The id of an index is its digest.</summary>
    public required string Id { get; init; }

    /// <summary>The digest of the manifest or index in a registry; <see langword="null"/> when the destination is no registry.</summary>
    public string? Digest { get; init; }

    /// <summary>The source: the name of an engine's store, a registry, or a path.</summary>
    public required string Source { get; init; }

    /// <summary>The destination: the name of an engine's store, a registry, or a path.</summary>
    public required string Destination { get; init; }

    /// <summary>The engine of the destination; <see langword="null"/> for a registry, a layout or an archive.</summary>
    public PackEngineKind? Engine { get; init; }

    /// <summary>The address of the engine, as in <see cref="PackEngine.Endpoint"/>; empty for a registry, a layout or an archive.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The number of layers that were sent.</summary>
    public int LayersMoved { get; init; }

    /// <summary>The number of layers that the destination already had.</summary>
    public int LayersSkipped { get; init; }

    /// <summary>The number of bytes that were written.</summary>
    public long BytesMoved { get; init; }

    /// <summary>The duration.</summary>
    public TimeSpan Duration { get; init; }
}
