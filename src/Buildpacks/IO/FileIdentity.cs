using System.Runtime.InteropServices;

namespace Buildpacks.IO;

/// <summary>Identifies a file whatever its name: hard links are names of one file.</summary>
/// <param name="Device">The device that holds it.</param>
/// <param name="Inode">Its number there.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode)
{
    private const int WorkingFolder = -100;
    private const int NoFollow = 0x100;
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
    public static FileIdentity? OfLinked(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> answer = stackalloc byte[AnswerSize];
        answer.Clear();
        try
        {
            if (Statx(WorkingFolder, path, NoFollow, TypeLinksAndInode, ref MemoryMarshal.GetReference(answer)) != 0)
            {
                return null;
            }
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        return (MemoryMarshal.Read<ushort>(answer[ModeOffset..]) & TypeMask) == RegularFile && MemoryMarshal.Read<uint>(answer[LinksOffset..]) > 1
            ? new FileIdentity(MemoryMarshal.Read<ulong>(answer[DeviceOffset..]), MemoryMarshal.Read<ulong>(answer[InodeOffset..]))
            : null;
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, ref byte answer);
}
