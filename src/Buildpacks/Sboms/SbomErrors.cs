namespace Buildpacks.Sboms;

/// <summary>Failures of exporting SBOM files.</summary>
internal static class SbomErrors
{
    /// <summary>The largest layer that is read, as messages name it: <see cref="Stores.LayerCaching.LayerCache.MaximumLayer"/>.</summary>
    public const string MaximumLayer = "128 MB";

    private const string BuildAgain = "Build the app again.";

    /// <summary>The image was not built with buildpacks.</summary>
    public static PackException NotAnApp(string image) =>
        new(PackErrorIds.NotAnAppImage, PackErrorKind.InvalidInput, $"The image {image} was not built with buildpacks, and has no SBOM.")
        {
            Target = image,
            RecommendedAction = "Name an image that Invoke-PackBuild or pack built; Get-PackImage lists those of an engine.",
        };

    /// <summary>The image has no SBOM.</summary>
    public static PackException Missing(string image) =>
        new(PackErrorIds.SbomMissing, PackErrorKind.NotFound, $"The image {image} does not contain SBOM files.")
        {
            Target = image,
            RecommendedAction = "Build the app with buildpacks that write an SBOM, and with a lifecycle that supports platform API 0.8.",
        };

    /// <summary>The image has no SBOM of the formats.</summary>
    public static PackException FormatMissing(string image, IEnumerable<PackSbomFormat> wanted, IReadOnlyList<PackSbomFormat> present) =>
        new(PackErrorIds.SbomFormatMissing, PackErrorKind.NotFound, $"The image {image} does not contain SBOM files of the format {string.Join(" or ", wanted)}.")
        {
            Target = image,
            RecommendedAction = present.Count > 0
                ? $"Its SBOM files have the format {string.Join(" and ", present)}. Specify it with -MediaType, or omit -MediaType."
                : "Omit -MediaType to export all files of the SBOM.",
        };

    /// <summary>The SBOM layer cannot be read.</summary>
    /// <param name="image">The image.</param>
    /// <param name="problem">Why, as the end of a sentence.</param>
    /// <param name="cause">The cause.</param>
    public static PackException Unreadable(string image, string problem, Exception? cause = null) =>
        new(PackErrorIds.SbomUnreadable, PackErrorKind.Failed, $"The SBOM layer of the image {image} cannot be read: {problem}.", cause)
        {
            Target = image,
            RecommendedAction = "Check the free space and the permissions of the user's cache folder. " + BuildAgain,
        };

    /// <summary>The SBOM layer is not what it should be.</summary>
    /// <param name="image">The image.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="cause">The cause.</param>
    public static PackException Invalid(string image, string problem, Exception? cause = null) =>
        new(PackErrorIds.SbomInvalid, PackErrorKind.InvalidInput, $"The SBOM layer of the image {image} is not valid: {problem}.", cause)
        {
            Target = image,
            RecommendedAction = "Do not use the image if you do not trust its source. " + BuildAgain,
        };

    /// <summary>A file is there already.</summary>
    public static PackException Exists(string path) =>
        new(PackErrorIds.DestinationExists, PackErrorKind.Conflict, $"The file '{path}' exists.")
        {
            Target = path,
            RecommendedAction = "Use -Force to replace it, or specify another -DestinationPath.",
        };

    /// <summary>A folder cannot be written to.</summary>
    public static PackException NotAFolder(string path, string problem) =>
        new(PackErrorIds.PathUnusable, PackErrorKind.InvalidInput, $"SBOM files cannot be written below '{path}': {problem}.")
        {
            Target = path,
            RecommendedAction = "Remove it, or specify another folder.",
        };
}
