namespace Buildpacks.IO;

/// <summary>How large a folder is, and when it changed last.</summary>
/// <param name="Size">The lengths of all files in bytes. A file with several names counts once.</param>
/// <param name="Changed">The newest time of change of a file or folder in it.</param>
internal sealed record FolderUsage(long Size, DateTimeOffset Changed)
{
    /// <summary>Reads a folder. Links are not followed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns><see langword="null"/> when there is no such folder, or a part of it cannot be read.</returns>
    public static FolderUsage? Find(string folder, CancellationToken cancellationToken)
    {
        try
        {
            var root = new DirectoryInfo(folder);
            if (!root.Exists)
            {
                return null;
            }

            var (size, changed) = (0L, root.LastWriteTimeUtc);
            var linked = new HashSet<FileIdentity>();
            var options = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false };
            var folders = new Stack<DirectoryInfo>([root]);
            while (folders.TryPop(out var next))
            {
                foreach (var entry in next.EnumerateFileSystemInfos("*", options))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    changed = entry.LastWriteTimeUtc > changed ? entry.LastWriteTimeUtc : changed;
                    if (entry.LinkTarget is not null)
                    {
                        continue;
                    }

                    if (entry is DirectoryInfo inner)
                    {
                        folders.Push(inner);
                    }
                    else if (FileIdentity.OfLinked(entry.FullName) is not { } identity || linked.Add(identity))
                    {
                        size += ((FileInfo)entry).Length;
                    }
                }
            }

            return new FolderUsage(size, changed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
