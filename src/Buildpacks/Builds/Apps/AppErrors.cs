namespace Buildpacks.Builds.Apps;

/// <summary>Failures of reading an app.</summary>
internal static class AppErrors
{
    private const int LongestPath = 4095;
    private const int ShownStart = 160;
    private const int ShownEnd = 60;

    /// <summary>A file that cannot be read.</summary>
    public static PackException Unreadable(string path, Exception cause) =>
        new(PackErrorIds.AppFileUnreadable, PackErrorKind.Failed, $"'{path}' of the app cannot be read: {cause.Message}", cause)
        {
            Target = path,
            RecommendedAction = "Make it readable for the build user, or remove it from the app's folder.",
        };

    /// <summary>A file with a name that cannot be used.</summary>
    public static PackException BadName(string path, string problem) =>
        new(PackErrorIds.AppFileNameInvalid, PackErrorKind.InvalidInput, $"'{path}' of the app cannot be sent: {problem}.")
        {
            Target = path,
            RecommendedAction = "Rename it, or remove it from the app's folder.",
        };

    /// <summary>A folder that lies so deep that the system, here or in a container, takes no path of what is in it.</summary>
    public static PackException TooDeep(string folder) =>
        BadName($"{folder[..ShownStart]}…{folder[^ShownEnd..]}", $"paths in it are longer than {LongestPath} bytes, the limit of Linux");

    /// <summary>An archive that cannot be read to its end.</summary>
    /// <param name="archive">The archive, as messages name it.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="cause">The cause.</param>
    public static PackException Damaged(string archive, string problem, Exception cause) =>
        new(PackErrorIds.AppFileUnreadable, PackErrorKind.Failed, $"The archive '{archive}' of the app cannot be read: {problem}.", cause)
        {
            Target = archive,
            RecommendedAction = "Create the archive again.",
        };

    /// <summary>A stream without a byte.</summary>
    public static PackException NoContent(string name) =>
        new(PackErrorIds.AppPathEmpty, PackErrorKind.InvalidInput, $"The {name} has no content.")
        {
            Target = name,
            RecommendedAction = "Write a tar archive or a zip file of the app to it. Each stream can be read once.",
        };

    /// <summary>A temporary file or folder that cannot be written.</summary>
    public static PackException TemporaryFailed(string path, Exception cause) =>
        new(PackErrorIds.TemporaryFileFailed, PackErrorKind.Failed, $"'{path}' cannot be written: {cause.Message}", cause)
        {
            Target = path,
            RecommendedAction = "Check the folder for temporary files (TMPDIR): its permissions and its free space.",
        };

    /// <summary>An archive that unpacks to more than any app has.</summary>
    public static PackException TooLarge(string path, long limit) =>
        new(PackErrorIds.AppPathInvalid, PackErrorKind.InvalidInput, $"The archive '{path}' contains more than {limit >> 30} GB.")
        {
            Target = path,
            RecommendedAction = "Specify the folder with the app's source code instead.",
        };
}
