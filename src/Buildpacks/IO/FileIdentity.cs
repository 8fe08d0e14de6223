using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Buildpacks.IO;

/// <summary>Identifies a file whatever its name: hard links are names of one file.</summary>
/// <param name="Device">The device that holds it.</param>
/// <param name="Inode">Its number there.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode)
{
    private const int WorkingFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint TypeLinksAndInode = 0x1 | 0x4 | 0x100;
    private const int AnswerSize = 256;
    private const int LinksOffset = 16;
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    /// <summary>The identity of a file that has more than one name.</summary>
    /// <param name="path">The file. A symbolic link is not followed.</param>
    /// <returns>
    /// <see langword="null"/> for a file with one name, for anything but a file, and where the system does not tell: on Windows and macOS
    /// each name is taken for a file.
    /// </returns>
    public static FileIdentity? OfLinked(string path) => Find(WorkingFolder, path, NoFollow, fewestLinks: 2);

    /// <summary>The identity of a file.</summary>
    /// <param name="path">The file. A symbolic link is not followed.</param>
    /// <returns><see langword="null"/> when there is no such file, and where the system does not tell.</returns>
    public static FileIdentity? Of(string path) => Find(WorkingFolder, path, NoFollow, fewestLinks: 0);

    /// <summary>The identity of an open file, which may have no name any more.</summary>
    /// <param name="file">The file.</param>
    /// <returns><see langword="null"/> where the system does not tell.</returns>
    public static FileIdentity? Of(SafeFileHandle file)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            return Find((int)file.DangerousGetHandle(), "", EmptyPath, fewestLinks: 0);
        }
        finally
        {
            if (added)
            {
                file.DangerousRelease();
            }
        }
    }

    private static FileIdentity? Find(int folder, string path, int flags, uint fewestLinks)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> answer = stackalloc byte[AnswerSize];
        answer.Clear();
        try
        {
            if (Statx(folder, path, flags, TypeLinksAndInode, ref MemoryMarshal.GetReference(answer)) != 0)
            {
                return null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        return (MemoryMarshal.Read<ushort>(answer[ModeOffset..]) & TypeMask) == RegularFile && MemoryMarshal.Read<uint>(answer[LinksOffset..]) >= fewestLinks
            ? new FileIdentity(MemoryMarshal.Read<ulong>(answer[DeviceOffset..]), MemoryMarshal.Read<ulong>(answer[InodeOffset..]))
            : null;
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, ref byte answer);
}
