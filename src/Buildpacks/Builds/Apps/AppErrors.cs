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

    /// <summary>A zip file that unpacks to more than any app has.</summary>
    public static PackException TooLarge(string path, long limit) =>
        new(PackErrorIds.AppPathInvalid, PackErrorKind.InvalidInput, $"The zip file '{path}' unpacks to more than {limit >> 30} GB.")
        {
            Target = path,
            RecommendedAction = "Specify the folder with the app's source code instead.",
        };
}
