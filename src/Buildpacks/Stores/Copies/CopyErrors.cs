using Buildpacks.Oci;

namespace Buildpacks.Stores.Copies;

/// <summary>Failures of copying images.</summary>
internal static class CopyErrors
{
    /// <summary>An image without a name that would get one at its new place.</summary>
    public static PackException NameMissing(string place) =>
        new(PackErrorIds.ImageNameMissing, PackErrorKind.InvalidInput, $"The image in {place} has no name.")
        {
            Target = place,
            RecommendedAction = "Specify one with -NewName.",
        };

    /// <summary>A name that podman gives to images of this machine, for a registry.</summary>
    public static PackException NameLocal(ImageReference name) =>
        new(PackErrorIds.ImageNameMissing, PackErrorKind.InvalidInput, $"The name '{name}' names no registry: images on this machine have such names.")
        {
            Target = name.ToString(),
            RecommendedAction = "Specify the name in the registry with -NewName.",
        };

    /// <summary>A layer that is neither with the image nor where it is to go.</summary>
    public static PackException LayerMissing(string place, string layer) =>
        new(PackErrorIds.LayerMissing, PackErrorKind.NotFound, $"The image in {place} does not contain its layer {layer}, and the destination does not have it either.")
        {
            Target = place,
            RecommendedAction = "Copy the image from a complete source, or pull its run image at the destination first.",
        };
}
