using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Sparse;

/// <summary>An image that an engine has loaded.</summary>
/// <param name="Image">The image.</param>
/// <param name="Form">The form of the archive.</param>
/// <param name="Sparse">Whether the layers that the engine held were left out.</param>
/// <param name="Bytes">The size of the archive in bytes.</param>
public sealed record LoadedImage(ArchiveImage Image, ArchiveForm Form, bool Sparse, long Bytes)
{
    /// <summary>Whether the digest of the image's manifest is its id in the engine.</summary>
    public bool NamedByManifest { get; init; }
}
