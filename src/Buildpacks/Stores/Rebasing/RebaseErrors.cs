namespace Buildpacks.Stores.Rebasing;

/// <summary>Failures of a rebase.</summary>
internal static class RebaseErrors
{
    private const string ForceHint = "Use -Force if the app runs on that run image all the same.";

    /// <summary>The image does not tell which of its layers are the run image's.</summary>
    public static PackException AppInvalid(string image, string problem) =>
        new(PackErrorIds.RebaseAppInvalid, PackErrorKind.InvalidInput, $"The image {image} cannot get another run image: {problem}.")
        {
            Target = image,
            RecommendedAction = "Only images that buildpacks built can be updated. Build the app again.",
        };

    /// <summary>The image says that it must not be rebased.</summary>
    public static PackException NotRebasable(string image) =>
        new(PackErrorIds.RebaseRefused, PackErrorKind.Unsupported, $"The image {image} is marked as not rebasable.")
        {
            Target = image,
            RecommendedAction = "Its label io.buildpacks.rebasable is false: an image extension changed its run image without setting the label to true. Build the app again on the new run image, or use -Force.",
        };

    /// <summary>The run image does not fit the app.</summary>
    public static PackException Mismatch(string runImage, string image, string problem, bool canForce) =>
        new(PackErrorIds.RebaseRunImageMismatch, PackErrorKind.InvalidInput, $"The run image {runImage} does not fit the image {image}: {problem}.")
        {
            Target = runImage,
            RecommendedAction = "Name another run image with -RunImage, or build the app again." + (canForce ? " " + ForceHint : ""),
        };

    /// <summary>The new image, which does not replace the one that it is made of, has no name in its layout.</summary>
    public static PackException NamelessCopy(string image) =>
        new(PackErrorIds.ImageNameMissing, PackErrorKind.InvalidInput, $"With -PreviousImage, the new image needs a name of its own, and '{image}' names a folder only.")
        {
            Target = image,
            RecommendedAction = "Write the name behind the path: oci:PATH:NAME.",
        };

    /// <summary>The labels of the image do not name the run image.</summary>
    public static PackException RunImageUnknown(string runImage, string image, IReadOnlyList<string> known) =>
        new(PackErrorIds.RebaseRunImageUnknown, PackErrorKind.InvalidInput, $"The image {image} does not name {runImage} as one of its run images.")
        {
            Target = runImage,
            RecommendedAction = (known.Count > 0 ? $"Its run images are: {string.Join(", ", known)}. " : "") + ForceHint,
        };

    /// <summary>Neither the command nor the image names a run image.</summary>
    public static PackException NoRunImage(string image) =>
        new(PackErrorIds.RebaseRunImageMissing, PackErrorKind.InvalidInput, $"The image {image} does not name its run image.")
        {
            Target = image,
            RecommendedAction = "Name the run image with -RunImage, and use -Force.",
        };

    /// <summary>The name is an index.</summary>
    public static PackException Index(string image) =>
        new(PackErrorIds.RebaseIndexUnsupported, PackErrorKind.Unsupported, $"{image} is an index of images for several platforms.")
        {
            Target = image,
            RecommendedAction = "Name one of its images by its digest; then make a new index.",
        };

    /// <summary>An archive cannot be changed.</summary>
    public static PackException Archive(string image, string path) =>
        new(PackErrorIds.RebaseArchiveUnsupported, PackErrorKind.Unsupported, $"{image} is in an archive, and archives are not changed.")
        {
            Target = image,
            RecommendedAction = $"Copy it to a layout folder first: Copy-PackImage -Path '{path}' -DestinationPath FOLDER.",
        };

    /// <summary>A run image at a path for an image of an engine or a registry.</summary>
    public static PackException RunImagePlace(string runImage, string image) =>
        new(PackErrorIds.RebaseRunImagePlaceUnsupported, PackErrorKind.Unsupported, $"The run image {runImage} is not in the same place as the image {image}.")
        {
            Target = runImage,
            RecommendedAction = "Copy the run image to the engine or the registry of the image with Copy-PackImage, and name it there.",
        };

    /// <summary>The image that is updated is somewhere else than the new one is to be.</summary>
    public static PackException PreviousImagePlace(string previous, string image) =>
        new(PackErrorIds.RebasePreviousImagePlaceUnsupported, PackErrorKind.Unsupported, $"The previous image {previous} is not in the same place as the image {image}.")
        {
            Target = previous,
            RecommendedAction = "Name an image of the same engine, of a registry, or of the same layout folder. Copy-PackImage copies images to other places.",
        };

    /// <summary>A run image that no label can name.</summary>
    public static PackException NamelessRunImage(string place) =>
        new(PackErrorIds.ImageNameMissing, PackErrorKind.InvalidInput, $"The run image in {place} has no name that the labels of an app could contain.")
        {
            Target = place,
            RecommendedAction = "Copy the run image with a name: Copy-PackImage -NewName.",
        };
}
