using Buildpacks.Oci;

namespace Buildpacks.Stores.Copies;

/// <summary>Failures of copying images.</summary>
internal static class CopyErrors
{
    private const int DiskFull = 28;
    private const int QuotaExceeded = 122;

    /// <summary>An image that is not what it should be.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="cause">The cause.</param>
    public static PackException Invalid(string place, string problem, Exception? cause = null) =>
        new(PackErrorIds.ImageInvalid, PackErrorKind.InvalidInput, $"The image in {place} cannot be used: {problem}.", cause)
        {
            Target = place,
            RecommendedAction = "Create it again at its source: the file or folder is damaged, or does not contain an image.",
        };

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

    /// <summary>A file or folder that cannot be read or written.</summary>
    /// <param name="place">The file or folder.</param>
    /// <param name="what">What could not be done, such as <c>written</c>.</param>
    /// <param name="cause">The cause.</param>
    public static PackException Unusable(string place, string what, Exception cause) => IsFull(cause)
        ? new(PackErrorIds.NoSpace, PackErrorKind.NoSpace, $"'{place}' cannot be {what}: no space is left on the device.", cause)
        {
            Target = place,
            RecommendedAction = "Free disk space, or copy to another disk.",
        }
        : new(PackErrorIds.PathUnusable, PackErrorKind.Failed, $"'{place}' cannot be {what}: {cause.Message}", cause)
        {
            Target = place,
            RecommendedAction = "Check the path, its owner and its permissions.",
        };

    private static bool IsFull(Exception cause) => (cause.HResult & 0xffff) is DiskFull or QuotaExceeded or 0x70;
}
