namespace Buildpacks.Lifecycle.Os;

/// <summary>Finds programs the way a shell does.</summary>
internal static class ProgramPath
{
    private const int MayExecute = 1;

    /// <summary>The file to start, or <see langword="null"/> when there is none that may be executed.</summary>
    /// <param name="name">A path, when it has a slash; else a name to look for in the path list.</param>
    /// <param name="pathList">Folders parted by colons.</param>
    /// <param name="folder">What relative paths start from.</param>
    public static string? Find(string name, string pathList, string folder)
    {
        var candidates = name.Contains('/', StringComparison.Ordinal)
            ? [Path.Combine(folder, name)]
            : pathList.Split(':').Select(directory => Path.Combine(folder, directory, name));
        return candidates.FirstOrDefault(path => File.Exists(path) && Libc.Access(path, MayExecute) == 0);
    }
}
