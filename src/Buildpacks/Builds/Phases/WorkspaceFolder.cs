namespace Buildpacks.Builds.Phases;

/// <summary>Reads the folder of the container in which the app is, as pack takes it: a name at the root, or an absolute path.</summary>
internal static class WorkspaceFolder
{
    /// <summary>Folders with other content: an app in one of them, or around them, cannot be built.</summary>
    private static readonly string[] Taken =
    [
        "/cnb", ContainerPaths.Layers, ContainerPaths.Platform, ContainerPaths.Cache, ContainerPaths.LaunchCache, ContainerPaths.Layouts, "/dev", "/proc", "/sys",
    ];

    /// <summary>Reads the folder.</summary>
    /// <param name="text">Such as <c>app</c> or <c>/srv/app</c>; <see langword="null"/> for the usual one.</param>
    /// <returns>The absolute path.</returns>
    /// <exception cref="PackException"><c>WorkspaceInvalid</c>.</exception>
    public static string Read(string? text)
    {
        if (text is null)
        {
            return ContainerPaths.App;
        }

        string[] parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Any(part => part is "." or "..") || text.Any(char.IsControl) || text.Contains('\\', StringComparison.Ordinal))
        {
            throw Invalid(text, "it is not a path of the container");
        }

        var path = "/" + string.Join('/', parts);
        return path == "/" ? throw Invalid(text, "the app cannot be in the root folder")
            : Array.Find(Taken, taken => path == taken || path.StartsWith(taken + "/", StringComparison.Ordinal)) is { } own ? throw Invalid(text, $"the build or the system uses {own}")
            : path;
    }

    private static PackException Invalid(string text, string problem) =>
        new(PackErrorIds.WorkspaceInvalid, PackErrorKind.InvalidInput, $"The workspace '{text}' is not valid: {problem}.")
        {
            Target = text,
            RecommendedAction = "Write a folder of its own, such as app or /srv/app.",
        };
}
