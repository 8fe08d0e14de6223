using Buildpacks.Oci;

namespace Buildpacks.Stores.Archives;

/// <summary>A layer of an image in an archive: either one whose data is in the archive, or one that the engine holds already.</summary>
public sealed record ArchiveLayer
{
    /// <summary>The digest of the uncompressed layer.</summary>
    public required string DiffId { get; init; }

    /// <summary>
    /// The blob: its digest, size and media type as they are in the archive. For a layer that the engine holds, the name that the
    /// engine's store has for it.
    /// </summary>
    public required OciDescriptor Blob { get; init; }

    /// <summary>Whether the layer's data is absent because the engine holds it.</summary>
    public bool Held { get; init; }

    /// <summary>The path of the layer in a docker archive; <see langword="null"/> for the place of blobs.</summary>
    public string? Path { get; init; }

    /// <summary>A layer that the engine holds under its diffID.</summary>
    /// <param name="diffId">The diffID.</param>
    public static ArchiveLayer HeldBy(string diffId) => new()
    {
        DiffId = diffId,
        Blob = new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = diffId, Size = 0 },
        Held = true,
    };
}
