using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Buildpacks.Lifecycle.Os;

/// <summary>What the file system knows of one path: kind, mode, owner and size in a single system call.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Permission bits with set-user-id, set-group-id and sticky.</param>
/// <param name="Owner">Who owns it.</param>
/// <param name="DeviceMajor">A device's major number.</param>
/// <param name="DeviceMinor">A device's minor number.</param>
internal readonly record struct FileStatus(FileKind Kind, UnixFileMode Mode, Owner Owner, int DeviceMajor, int DeviceMinor)
{
    private const int CurrentDirectory = -100;
    private const int DoNotFollowSymlinks = 0x100;
    private const uint BasicFields = 0x7ff;
    private const int NotFound = 2;
    private const int NotADirectory = 20;
    private const int KindMask = 0xf000;
    private const int ModeMask = 0xfff;

    /// <summary>Reads the status of a path; of a symlink itself.</summary>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    /// <exception cref="IOException">The file system refused; the message names the path.</exception>
    public static FileStatus Of(string path) => TryOf(path) ?? throw Missing(path);

    /// <summary>Reads the status of a path, or of what the symlink there points at.</summary>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    /// <exception cref="IOException">The file system refused; the message names the path.</exception>
    public static FileStatus OfTarget(string path) => Read(path, 0) ?? throw Missing(path);

    /// <summary>Reads the status of a path, of a symlink itself; <see langword="null"/> when nothing is there.</summary>
    /// <exception cref="IOException">The file system refused; the message names the path.</exception>
    public static FileStatus? TryOf(string path) => Read(path, DoNotFollowSymlinks);

    private static FileStatus? Read(string path, int flags)
    {
        // struct statx of linux/stat.h: the same on every architecture.
        Span<byte> result = stackalloc byte[256];
        if (Libc.Statx(CurrentDirectory, path, flags, BasicFields, result) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is NotFound or NotADirectory
                ? null
                : throw new IOException($"cannot read the status of '{path}': {Marshal.GetPInvokeErrorMessage(error)}");
        }

        var mode = BinaryPrimitives.ReadUInt16LittleEndian(result[28..]);
        return new FileStatus(
            (FileKind)(mode & KindMask),
            (UnixFileMode)(mode & ModeMask),
            new Owner(BinaryPrimitives.ReadInt32LittleEndian(result[20..]), BinaryPrimitives.ReadInt32LittleEndian(result[24..])),
            BinaryPrimitives.ReadInt32LittleEndian(result[128..]),
            BinaryPrimitives.ReadInt32LittleEndian(result[132..]));
    }

    private static FileNotFoundException Missing(string path) => new($"'{path}' does not exist, or its name is not valid UTF-8", path);
}
