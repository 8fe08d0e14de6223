using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Sparse;

/// <summary>An image that was taken from a layout into an engine's store.</summary>
public sealed record ImportedImage
{
    /// <summary>The image.</summary>
    public required ArchiveImage Image { get; init; }

    /// <summary>The config, read.</summary>
    public required OciImageConfig Config { get; init; }

    /// <summary>The id the engine gives it.</summary>
    public required string Id { get; init; }

    /// <summary>The manifest's digest; <see langword="null"/> when the engine keeps no manifest, or nothing was loaded.</summary>
    public string? Digest { get; init; }

    /// <summary>The digest of the layout's own manifest, which leaves layers out and so is not the image's in the engine.</summary>
    public required string LayoutDigest { get; init; }

    /// <summary>Whether the engine had that very image under its main name already, and nothing was loaded.</summary>
    public required bool Unchanged { get; init; }

    /// <summary>Whether the layers that the engine holds were left out.</summary>
    public bool Sparse { get; init; }

    /// <summary>The bytes sent to the engine.</summary>
    public long Bytes { get; init; }
}
