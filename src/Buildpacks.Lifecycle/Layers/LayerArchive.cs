using System.Formats.Tar;
using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Layers;

/// <summary>
/// Writes a layer's tar archive so that the same files give the same bytes: entries in the order they are added,
/// a fixed time, owners by number only. The GNU format holds names and links of any length without a time stamp of its own.
/// </summary>
/// <remarks>Names are written with a leading slash, as lifecycles do: a layer is meant for the root of a file system.</remarks>
internal sealed class LayerArchive : IDisposable
{
    /// <summary>The modification time of every entry, and the creation time of every image.</summary>
    public static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 1, TimeSpan.Zero);

    // Two blocks of zeros end an archive.
    private const int EndLength = 2 * 512;

    private readonly TarWriter tar;
    private readonly Stream destination;
    private bool isEmpty = true;

    /// <summary>Starts an archive.</summary>
    /// <param name="destination">Where to write; it stays open.</param>
    public LayerArchive(Stream destination)
    {
        this.destination = destination;
        tar = new TarWriter(destination, TarEntryFormat.Gnu, leaveOpen: true);
    }

    /// <summary>Adds a directory that need not exist.</summary>
    public void AddDirectory(string name, UnixFileMode mode, Owner owner) =>
        Write(new GnuTarEntry(TarEntryType.Directory, name), mode, owner);

    /// <summary>Adds a symbolic link that need not exist.</summary>
    public void AddSymlink(string name, string target, UnixFileMode mode, Owner owner) =>
        Write(new GnuTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target }, mode, owner);

    /// <summary>Adds a file's content under another name.</summary>
    public void AddFile(string path, string name, UnixFileMode mode, Owner owner)
    {
        using var content = OpenFile(path);
        Write(new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = content }, mode, owner);
    }

    /// <summary>Adds what is at a path under that path: a file, a directory without its content, a symlink, a pipe, a device. A socket is left out: it means nothing without its listener.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="status">Its status.</param>
    /// <param name="owner">The owner to write.</param>
    public void Add(string path, FileStatus status, Owner owner)
    {
        switch (status.Kind)
        {
            case FileKind.Directory:
                AddDirectory(path, status.Mode, owner);
                break;
            case FileKind.Regular:
                AddFile(path, path, status.Mode, owner);
                break;
            case FileKind.Symlink:
                var target = new FileInfo(path).LinkTarget
                    ?? throw new IOException($"the symlink '{path}' vanished while its layer was written");
                AddSymlink(path, target, status.Mode, owner);
                break;
            case FileKind.Fifo:
                Write(new GnuTarEntry(TarEntryType.Fifo, path), status.Mode, owner);
                break;
            case FileKind.CharacterDevice or FileKind.BlockDevice:
                var type = status.Kind == FileKind.BlockDevice ? TarEntryType.BlockDevice : TarEntryType.CharacterDevice;
                var device = new GnuTarEntry(type, path) { DeviceMajor = status.DeviceMajor, DeviceMinor = status.DeviceMinor };
                Write(device, status.Mode, owner);
                break;
            case FileKind.Socket:
                break;
            default:
                throw new IOException($"'{path}' is of a kind that a layer cannot hold: {status.Kind}");
        }
    }

    /// <summary>Adds a directory and all it holds, in the order of names.</summary>
    public void AddTree(string directory, Owner owner)
    {
        foreach (var (path, status) in FileTree.Walk(directory))
        {
            Add(path, status, owner);
        }
    }

    /// <summary>Adds the directories above a path as they are, the topmost first: owners and modes of theirs are kept.</summary>
    public void AddParents(string path)
    {
        foreach (var parent in FileTree.Parents(path))
        {
            var status = FileStatus.Of(parent);
            AddDirectory(parent, status.Mode, status.Owner);
        }
    }

    /// <summary>Writes the archive's end, also of one without entries: a layer of no bytes would look like one whose data is absent.</summary>
    public void Dispose()
    {
        tar.Dispose();
        if (isEmpty)
        {
            destination.Write(new byte[EndLength]);
        }
    }

    private void Write(GnuTarEntry entry, UnixFileMode mode, Owner owner)
    {
        entry.Mode = mode;
        entry.Uid = owner.Uid;
        entry.Gid = owner.Gid;
        entry.ModificationTime = FixedTime;
        tar.WriteEntry(entry);
        isEmpty = false;
    }

    // No buffer: the archive copies in big pieces.
    private static FileStream OpenFile(string path) =>
        new(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan, Share = FileShare.ReadWrite | FileShare.Delete });
}
