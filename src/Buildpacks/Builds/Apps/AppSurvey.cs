namespace Buildpacks.Builds.Apps;

/// <summary>Counts the files of an app, and what the rules of its project descriptor decide.</summary>
/// <param name="filter">The rules; <see langword="null"/> for none.</param>
internal sealed class AppSurvey(AppFilter? filter)
{
    /// <summary>The length of what is no file: a socket, a pipe or a device.</summary>
    public const long NoFile = -1;

    private readonly IReadOnlyList<string> _patterns = filter?.Patterns ?? [];
    private readonly int[] _matches = new int[filter?.Patterns.Count ?? 0];
    private int _files;
    private int _links;
    private int _leftOut;
    private long _bytes;

    /// <summary>The files.</summary>
    public PackProjectFiles Files => new() { Count = _files, Bytes = _bytes, Links = _links, LeftOut = _leftOut };

    /// <summary>The rules, each with what it decided.</summary>
    public PackCollection<PackProjectRule> Rules =>
        [.. _patterns.Select((pattern, i) => new PackProjectRule { Pattern = pattern, IsInclude = filter!.IsInclude, Matches = _matches[i] })];

    /// <summary>Counts an entry.</summary>
    /// <param name="path">Its path from the app's folder.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    /// <param name="isLink">Whether it is a symbolic link.</param>
    /// <param name="isSent">Whether it is sent.</param>
    /// <param name="length">Its size in bytes; <see cref="NoFile"/> for what is no file.</param>
    /// <param name="isInMatch">Whether a folder that it is in decides for it.</param>
    public void Add(string path, bool isFolder, bool isLink, bool isSent, long length, bool isInMatch)
    {
        if (filter is not null && !isInMatch && filter.Deciding(path, isFolder) is >= 0 and var rule)
        {
            _matches[rule]++;
        }

        if (!isSent)
        {
            // A folder that is not included may have files that are.
            _leftOut += isFolder && filter!.IsInclude ? 0 : 1;
        }
        else if (isLink)
        {
            _links++;
        }
        else if (!isFolder && length != NoFile)
        {
            _files++;
            _bytes += length;
        }
    }
}
