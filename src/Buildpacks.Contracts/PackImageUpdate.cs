namespace Buildpacks;

/// <summary>An app image that got another run image.</summary>
public sealed record PackImageUpdate
{
    /// <summary>The image's name; the first of <see cref="Tags"/>. Of an image in a layout: its place, such as <c>oci:/srv/web</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Every name that stands for the new image.</summary>
    public PackCollection<string> Tags { get; init; } = [];

    /// <summary>The id of the image: the digest of its config, or of its manifest in a docker with containerd's image store.</summary>
    public required string Id { get; init; }

    /// <summary>The digest of its manifest; <see langword="null"/> when the engine knows none.</summary>
    public string? Digest { get; init; }

    /// <summary>The id that the image had before.</summary>
    public required string PreviousId { get; init; }

    /// <summary>The digest that the image had before; <see langword="null"/> when the engine knows none.</summary>
    public string? PreviousDigest { get; init; }

    /// <summary>The run image's name.</summary>
    public required string RunImage { get; init; }

    /// <summary>The run image: the digits of its id in an engine, its repository and digest in a registry.</summary>
    public required string RunImageReference { get; init; }

    /// <summary>The name of the run image before; <see langword="null"/> when the labels did not say.</summary>
    public string? PreviousRunImage { get; init; }

    /// <summary>The run image before, in the form of <see cref="RunImageReference"/>; <see langword="null"/> when the labels did not say.</summary>
    public string? PreviousRunImageReference { get; init; }

    /// <summary>Whether the image had that run image already; then nothing was written.</summary>
    public bool Unchanged { get; init; }

    /// <summary>What came of it: <c>updated</c>, or <c>unchanged</c>.</summary>
    public string Outcome => Unchanged ? "unchanged" : "updated";

    /// <summary>The engine that holds the image; <see langword="null"/> for an image elsewhere.</summary>
    public PackEngineKind? Engine { get; init; }

    /// <summary>Where that engine is reached, as <see cref="PackEngine.Endpoint"/> shows it; empty for an image elsewhere.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The registry that holds the image; <see langword="null"/> for an image elsewhere.</summary>
    public string? Registry { get; init; }

    /// <summary>The full path of the layout folder that holds the image; <see langword="null"/> for an image elsewhere.</summary>
    public string? ImagePath { get; init; }

    /// <summary>The layers of the new run image that the registry took from another repository of its own.</summary>
    public int LayersMounted { get; init; }

    /// <summary>The layers whose bytes were sent: none, unless the run image is in another registry, or the engine needs whole images.</summary>
    public int LayersMoved { get; init; }

    /// <summary>The bytes that were sent to the engine or the registry, or written to the layout.</summary>
    public long BytesMoved { get; init; }

    /// <summary>The size of the manifest in bytes, of an image in a registry.</summary>
    internal long? ManifestSize { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
