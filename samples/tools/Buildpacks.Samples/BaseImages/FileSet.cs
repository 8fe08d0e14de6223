namespace Buildpacks.Samples.BaseImages;

/// <summary>
/// Files of this machine that go into an image, each under the path it has here. A path that leads through links brings the links
/// with it, so that it works in the image as it does here.
/// </summary>
public sealed class FileSet
{
    private const int MaximumLinks = 40;

    private readonly SortedSet<string> _paths = new(StringComparer.Ordinal);

    /// <summary>The paths, folders before what is in them.</summary>
    public IEnumerable<string> Paths => _paths;

    /// <summary>Adds a path.</summary>
    /// <param name="path">An absolute path.</param>
    /// <returns>The path of the file or folder behind the links; <see langword="null"/> when there is nothing.</returns>
    public string? Add(string path)
    {
        var added = new List<string>();
        var remaining = new Stack<string>(path.Split('/').Reverse());
        var current = "";
        for (var links = 0; remaining.TryPop(out var part);)
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part == "..")
            {
                current = current[..Math.Max(current.LastIndexOf('/'), 0)];
                continue;
            }

            var next = $"{current}/{part}";
            var info = new FileInfo(next);
            if (info.LinkTarget is { } target)
            {
                if (++links > MaximumLinks)
                {
                    return null;
                }

                added.Add(next);
                current = target.StartsWith('/') ? "" : current;
                foreach (var piece in target.Split('/').Reverse())
                {
                    remaining.Push(piece);
                }

                continue;
            }

            if (!info.Exists && !Directory.Exists(next))
            {
                return null;
            }

            added.Add(next);
            current = next;
        }

        _paths.UnionWith(added);
        return current;
    }

    /// <summary>Takes out what another set has.</summary>
    public void Remove(FileSet other) => _paths.ExceptWith(other._paths);
}
