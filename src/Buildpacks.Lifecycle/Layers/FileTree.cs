using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Layers;

/// <summary>Reads directory trees in one fixed order.</summary>
internal static class FileTree
{
    /// <summary>A directory and all that is under it: a directory before its content, names in ordinal order. Symlinks are not followed.</summary>
    public static IEnumerable<(string Path, FileStatus Status)> Walk(string root)
    {
        var waiting = new Stack<string>();
        waiting.Push(root);
        while (waiting.TryPop(out var path))
        {
            var status = FileStatus.Of(path);
            yield return (path, status);
            if (status.Kind == FileKind.Directory)
            {
                var children = Directory.GetFileSystemEntries(path);
                Array.Sort(children, StringComparer.Ordinal);
                for (var i = children.Length - 1; i >= 0; i--)
                {
                    waiting.Push(children[i]);
                }
            }
        }
    }

    /// <summary>The directories above a path, the topmost first, without the root.</summary>
    public static IReadOnlyList<string> Parents(string path)
    {
        var parents = new List<string>();
        for (var parent = Path.GetDirectoryName(path); parent is not (null or "/" or ""); parent = Path.GetDirectoryName(parent))
        {
            parents.Add(parent);
        }

        parents.Reverse();
        return parents;
    }
}
