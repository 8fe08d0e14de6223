namespace Buildpacks.Stores;

/// <summary>Failures of image files and folders: layouts and archives.</summary>
internal static class FileErrors
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
