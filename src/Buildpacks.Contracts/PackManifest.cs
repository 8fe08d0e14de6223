namespace Buildpacks;

/// <summary>The media types of an index.</summary>
public enum PackManifestFormat
{
    /// <summary>The media type of the OCI specification: an image index.</summary>
    Oci,

    /// <summary>docker's media type: a manifest list.</summary>
    Docker,
}

/// <summary>An index of images for several platforms: on this machine, as pack keeps it, or in a registry.</summary>
public sealed record PackManifest
{
    /// <summary>The name. Of an index that pack created: its file name, unless it was asked for by its name.</summary>
    public required string Name { get; init; }

    /// <summary>The format.</summary>
    public PackManifestFormat Format { get; init; }

    /// <summary>The media type.</summary>
    public required string MediaType { get; init; }

    /// <summary>The digest, <c>sha256:…</c>. Of an index on this machine: the digest that it has when it is published in its format.</summary>
    public required string Digest { get; init; }

    /// <summary>The images, in their order.</summary>
    public PackCollection<PackManifestImage> Images { get; init; } = [];

    /// <summary>The annotations of the index.</summary>
    public PackLabels Annotations { get; init; } = new([]);

    /// <summary>The folder of an index on this machine; <see langword="null"/> for an index in a registry.</summary>
    public string? IndexPath { get; init; }

    /// <summary>The registry that holds the index; <see langword="null"/> for an index on this machine.</summary>
    public string? Registry { get; init; }

    /// <summary>Where the index is: the registry or the folder.</summary>
    public string Location => Registry ?? IndexPath ?? "";

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>An image of an index.</summary>
public sealed record PackManifestImage : IAnnotated
{
    /// <summary>The digest of the image's manifest, <c>sha256:…</c>.</summary>
    public required string Digest { get; init; }

    /// <summary><c>os/architecture</c>, with <c>/variant</c> when there is one; empty when the index does not say.</summary>
    public string Platform { get; init; } = "";

    /// <summary>The operating system.</summary>
    public string? Os { get; init; }

    /// <summary>The version of the operating system (Windows).</summary>
    public string? OsVersion { get; init; }

    /// <summary>The architecture.</summary>
    public string? Architecture { get; init; }

    /// <summary>The variant of the architecture.</summary>
    public string? Variant { get; init; }

    /// <summary>The media type of the manifest.</summary>
    public required string MediaType { get; init; }

    /// <summary>The size of the manifest in bytes.</summary>
    public long Size { get; init; }

    /// <summary>The name that the image was added by; <see langword="null"/> when it is not known.</summary>
    public string? Source { get; init; }

    /// <summary>The annotations of the image in the index.</summary>
    internal PackLabels Annotations { get; init; } = new([]);

    /// <inheritdoc/>
    PackLabels IAnnotated.Annotations => Annotations;

    /// <inheritdoc/>
    public override string ToString() => Platform.Length > 0 ? $"{Platform} {Digest}" : Digest;
}

/// <summary>An index that was published, and what was uploaded for it.</summary>
public sealed record PackManifestPublication
{
    /// <summary>The name in the registry; the first of <see cref="Tags"/>.</summary>
    public required string Name { get; init; }

    /// <summary>All names that the index got.</summary>
    public PackCollection<string> Tags { get; init; } = [];

    /// <summary>The digest of the index, <c>sha256:…</c>.</summary>
    public required string Digest { get; init; }

    /// <summary>The media type of the index.</summary>
    public required string MediaType { get; init; }

    /// <summary>The registry of the first name.</summary>
    public required string Registry { get; init; }

    /// <summary>The number of images in the index.</summary>
    public int Images { get; init; }

    /// <summary>The number of images that their new repository did not have.</summary>
    public int ImagesCopied { get; init; }

    /// <summary>The number of blobs that the registry took from another repository of its own.</summary>
    public int BlobsMounted { get; init; }

    /// <summary>The number of blobs that were sent.</summary>
    public int BlobsSent { get; init; }

    /// <summary>The bytes of the blobs that were sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>Whether the index was removed from this machine.</summary>
    public bool Purged { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}@{Digest}";
}
