namespace Buildpacks;

/// <summary>An image that was copied: where it is now, and what that took.</summary>
public sealed record PackImageCopy
{
    /// <summary>Its name at the place it was copied to, the first of <see cref="Tags"/>; its id when it has none.</summary>
    public required string Name { get; init; }

    /// <summary>Every name it was given.</summary>
    public PackCollection<string> Tags { get; init; } = [];

    /// <summary>Its id at the place it was copied to: the digest of its config, which a copy keeps; or of its manifest in a docker with containerd's image store.</summary>
    public required string Id { get; init; }

    /// <summary>Where it came from: an engine's store in words, or a path.</summary>
    public required string Source { get; init; }

    /// <summary>Where it is now: an engine's store in words, or a path.</summary>
    public required string Destination { get; init; }

    /// <summary>The engine that holds it now; <see langword="null"/> for a layout or an archive.</summary>
    public PackEngineKind? Engine { get; init; }

    /// <summary>Where that engine is reached, as <see cref="PackEngine.Endpoint"/> shows it; empty for a layout or an archive.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The layers that were moved.</summary>
    public int LayersMoved { get; init; }

    /// <summary>The layers that were there already.</summary>
    public int LayersSkipped { get; init; }

    /// <summary>The bytes that were written.</summary>
    public long BytesMoved { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
}
