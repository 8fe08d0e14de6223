using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Exports;

/// <summary>The image that a lifecycle wrote as a layout, in the engine or the registry that has it now.</summary>
/// <param name="Id">The id that the engine gives it, or the digest of its config in a registry.</param>
/// <param name="Digest">The digest of its manifest; <see langword="null"/> when the engine keeps no manifest.</param>
/// <param name="Config">Its config.</param>
/// <param name="Unchanged">Whether the main name had this image already.</param>
internal sealed record WrittenImage(string Id, string? Digest, OciImageConfig Config, bool Unchanged)
{
    /// <summary>
    /// The digest of the layout's own manifest, which leaves layers out and so is not the image's in the engine;
    /// <see langword="null"/> when no layout was read.
    /// </summary>
    public string? LayoutDigest { get; init; }

    /// <summary>The size of its manifest, of an image in a registry; <see langword="null"/> elsewhere.</summary>
    public long? ManifestSize { get; init; }

    /// <summary>The image as the layout describes it, to be loaded into an engine; <see langword="null"/> elsewhere.</summary>
    public ArchiveImage? Archive { get; init; }
}
