using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Layouts;

/// <summary>The image that a layout contains.</summary>
internal sealed record LayoutContent
{
    /// <summary>The digest of its manifest, by which a lifecycle names it.</summary>
    public required string Digest { get; init; }

    /// <summary>The config as it was written.</summary>
    public required ReadOnlyMemory<byte> ConfigBytes { get; init; }

    /// <summary>The config, read.</summary>
    public required OciImageConfig Config { get; init; }

    /// <summary>The layers, the base first; those without data are left to the engine.</summary>
    public required IReadOnlyList<ArchiveLayer> Layers { get; init; }

    /// <summary>The small blobs of the layout, by digest.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Held { get; init; }

    /// <summary>The image as it stands in an archive for an engine.</summary>
    /// <param name="names">Its names, full and with tags.</param>
    /// <param name="heldBlobs">What the engine's store calls layers that it holds, by diffID.</param>
    public ArchiveImage ToImage(IReadOnlyList<string> names, IReadOnlyDictionary<string, OciDescriptor> heldBlobs) => new(
        ConfigBytes,
        [.. Layers.Select(layer => layer.Held && heldBlobs.TryGetValue(layer.DiffId, out var blob) ? layer with { Blob = blob } : layer)],
        names);
}

/// <summary>A blob in a layout that is too large to be held: it has to be used before the next is read.</summary>
/// <param name="Digest">Its digest, by its name.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Content">The bytes.</param>
internal sealed record LayoutBlob(string Digest, long Length, Stream Content);
