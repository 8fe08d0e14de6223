namespace Buildpacks.Builds.Apps;

/// <summary>
/// What a filter decides for the entries of an archive. Unlike those of a folder, they may come in any order, and without entries for the folders that
/// they lie in.
/// </summary>
/// <param name="filter">The filter; <see langword="null"/> to send everything.</param>
internal sealed class ArchiveFilter(AppFilter? filter)
{
    private readonly Dictionary<string, bool> _folders = new(StringComparer.Ordinal);

    /// <summary>Whether an entry is sent.</summary>
    /// <param name="name">Its path from the app's folder.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    public bool IsSent(string name, bool isFolder) => filter?.IsSent(IsMatch(name, isFolder)) != false;

    /// <summary>Whether a folder that an entry lies in decides for it.</summary>
    /// <param name="name">The entry's path from the app's folder.</param>
    public bool IsDecidedAbove(string name) => filter is not null && name.LastIndexOf('/') is > 0 and var slash && IsMatch(name[..slash], isFolder: true);

    private bool IsMatch(string name, bool isFolder)
    {
        var isMatch = false;
        for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash > 0 && !isMatch; slash = name.IndexOf('/', slash + 1))
        {
            var folder = name[..slash];
            if (!_folders.TryGetValue(folder, out isMatch))
            {
                _folders[folder] = isMatch = filter!.IsMatch(folder, isFolder: true, isParentMatch: false);
            }
        }

        return filter!.IsMatch(name, isFolder, isMatch);
    }
}
