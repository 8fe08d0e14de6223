namespace Buildpacks.Builds.Apps;

/// <summary>Failures of reading an app.</summary>
internal static class AppErrors
{
    /// <summary>A file that cannot be read.</summary>
    public static PackException Unreadable(string path, Exception cause) =>
        new("AppFileUnreadable", PackErrorKind.Failed, $"'{path}' of the app cannot be read: {cause.Message}", cause)
        {
            Target = path,
            RecommendedAction = "Make it readable for the user who builds, or take it out of the app's folder.",
        };

    /// <summary>A file with a name that cannot be used.</summary>
    public static PackException BadName(string path, string problem) =>
        new("AppFileNameInvalid", PackErrorKind.InvalidInput, $"'{path}' of the app cannot be sent: {problem}.")
        {
            Target = path,
            RecommendedAction = "Rename it, or take it out of the app's folder.",
        };
}
