using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Sparse;

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
    /// <param name="import">Its names, and what the engine calls layers it holds.</param>
    public ArchiveImage ToImage(LayoutImport import) => new(
        ConfigBytes,
        [.. Layers.Select(layer => layer.Held && import.HeldBlobs.TryGetValue(layer.DiffId, out var blob) ? layer with { Blob = blob } : layer)],
        import.Names);
}

/// <summary>A blob in a layout that is too large to be held: it has to be used before the next is read.</summary>
/// <param name="Digest">Its digest, by its name.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Content">The bytes.</param>
internal sealed record LayoutBlob(string Digest, long Length, Stream Content);
