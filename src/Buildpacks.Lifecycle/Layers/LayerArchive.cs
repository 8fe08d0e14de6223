using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Layers;

/// <summary>
/// Writes a layer's tar archive so that the same files give the same bytes, and the same as the reference lifecycle gives:
/// entries in the order they are added, a fixed time, owners by number only.
/// </summary>
/// <remarks>Names are written with a leading slash, as lifecycles do: a layer is meant for the root of a file system.</remarks>
/// <param name="destination">Where to write; it stays open.</param>
internal sealed class LayerArchive(Stream destination) : IDisposable
{
    /// <summary>The modification time of every entry, and the creation time of every image.</summary>
    public static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 1, TimeSpan.Zero);

    // Two blocks of zeros end an archive.
    private const int EndLength = 2 * TarHeader.BlockSize;

    private static readonly byte[] Zeros = new byte[EndLength];

    /// <summary>Adds a directory that need not exist.</summary>
    public void AddDirectory(string name, UnixFileMode mode, Owner owner) => Write(new TarHeader(TarEntryKind.Directory, name, mode, owner));

    /// <summary>Adds a symbolic link that need not exist.</summary>
    public void AddSymlink(string name, string target, UnixFileMode mode, Owner owner) =>
        Write(new TarHeader(TarEntryKind.Symlink, name, mode, owner) { LinkName = target });

    /// <summary>Adds a file's content under another name.</summary>
    /// <exception cref="IOException">The file changed its size while it was read.</exception>
    public void AddFile(string path, string name, UnixFileMode mode, Owner owner)
    {
        using var content = OpenFile(path);
        var size = content.Length;
        Write(new TarHeader(TarEntryKind.File, name, mode, owner) { Size = size });
        content.CopyTo(destination);
        if (content.Position != size)
        {
            throw new IOException($"'{path}' changed its size from {size} to {content.Position} bytes while its layer was written");
        }

        destination.Write(Zeros.AsSpan(0, (int)(TarHeader.Padded(size) - size)));
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
                Write(new TarHeader(TarEntryKind.Fifo, path, status.Mode, owner));
                break;
            case FileKind.CharacterDevice or FileKind.BlockDevice:
                var kind = status.Kind == FileKind.BlockDevice ? TarEntryKind.BlockDevice : TarEntryKind.CharacterDevice;
                Write(new TarHeader(kind, path, status.Mode, owner) { DeviceMajor = status.DeviceMajor, DeviceMinor = status.DeviceMinor });
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

    /// <summary>Adds the directories above a path as they are, the topmost first: their owners and modes are kept, a symlink is written as the directory it points at.</summary>
    public void AddParents(string path)
    {
        foreach (var parent in FileTree.Parents(path))
        {
            var status = FileStatus.OfTarget(parent);
            AddDirectory(parent, status.Mode, status.Owner);
        }
    }

    /// <summary>Writes the archive's end.</summary>
    public void Dispose() => destination.Write(Zeros);

    private void Write(TarHeader header) => destination.Write(header.ToBytes(FixedTime));

    // No buffer: the archive copies in big pieces.
    private static FileStream OpenFile(string path) =>
        new(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan, Share = FileShare.ReadWrite | FileShare.Delete });
}
