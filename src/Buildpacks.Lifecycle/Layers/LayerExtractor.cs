using System.Formats.Tar;
using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Layers;

/// <summary>
/// Unpacks layers that lifecycles wrote: entries carry whole paths, and only what lies under one folder is taken.
/// Owners and times in the archive do not count: files belong to who unpacks them.
/// </summary>
/// <param name="root">The folder under which all entries must lie.</param>
internal sealed class LayerExtractor(string root)
{
    private readonly string prefix = root.TrimEnd('/') + "/";
    private readonly HashSet<string> symlinks = new(StringComparer.Ordinal);
    private readonly List<(string Path, UnixFileMode Mode)> directories = [];

    // Asking the file system once for each file costs as much as the files.
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    /// <summary>Unpacks an archive.</summary>
    /// <exception cref="InvalidDataException">It is no archive, or an entry lies elsewhere or leads elsewhere; the message names the entry.</exception>
    public static void Extract(Stream archive, string root) => new LayerExtractor(root).Extract(archive);

    private void Extract(Stream archive)
    {
        using var reader = new TarReader(archive, leaveOpen: true);
        while (reader.GetNextEntry() is { } entry)
        {
            var path = Path.GetFullPath("/" + entry.Name).TrimEnd('/');
            if (entry.EntryType == TarEntryType.Directory && prefix.StartsWith(path + "/", StringComparison.Ordinal))
            {
                // The root itself and what is above it is there already.
                continue;
            }

            Check(path, entry.Name);
            if (entry.EntryType == TarEntryType.Directory && symlinks.Contains(path))
            {
                throw new InvalidDataException($"the layer holds '{entry.Name}' as a symlink and as a folder");
            }

            Extract(entry, path);
        }

        // Last, the deepest first: a folder without write permission could not be filled.
        for (var i = directories.Count - 1; i >= 0; i--)
        {
            File.SetUnixFileMode(directories[i].Path, directories[i].Mode);
        }
    }

    private void Extract(TarEntry entry, string path)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                Directory.CreateDirectory(path);
                known.Add(path);
                directories.Add((path, entry.Mode));
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                WriteFile(entry, path);
                break;
            case TarEntryType.SymbolicLink:
                MakeRoom(path);
                File.CreateSymbolicLink(path, entry.LinkName);
                symlinks.Add(path);
                break;
            case TarEntryType.HardLink:
                var existing = Path.GetFullPath("/" + entry.LinkName);
                Check(existing, entry.LinkName);
                MakeRoom(path);
                HardLink.CreateOrCopy(existing, path);
                break;
            case TarEntryType.GlobalExtendedAttributes:
                break;
            default:
                MakeRoom(path);
                entry.ExtractToFile(path, overwrite: false);
                break;
        }
    }

    private void Check(string path, string name)
    {
        if (!path.StartsWith(prefix, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"the layer holds '{name}', which is not under {root}");
        }

        for (var parent = Path.GetDirectoryName(path)!; symlinks.Count > 0 && parent.Length >= prefix.Length; parent = Path.GetDirectoryName(parent)!)
        {
            if (symlinks.Contains(parent))
            {
                throw new InvalidDataException($"the layer holds '{name}', which leads through the symlink '{parent}'");
            }
        }
    }

    private void WriteFile(TarEntry entry, string path)
    {
        MakeParent(path);
        using var file = CreateFile(path);
        entry.DataStream?.CopyTo(file);
        File.SetUnixFileMode(file.SafeFileHandle, entry.Mode);
    }

    private static FileStream CreateFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        try
        {
            return new FileStream(path, options);
        }
        catch (IOException) when (FileStatus.TryOf(path) is not null)
        {
            File.Delete(path);
            return new FileStream(path, options);
        }
    }

    private void MakeRoom(string path)
    {
        MakeParent(path);
        File.Delete(path);
    }

    private void MakeParent(string path)
    {
        var parent = Path.GetDirectoryName(path)!;
        if (known.Add(parent))
        {
            Directory.CreateDirectory(parent);
        }
    }
}
