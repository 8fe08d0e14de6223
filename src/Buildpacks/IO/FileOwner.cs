using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Buildpacks.IO;

/// <summary>Whose a file is: in folders that all may write to, others may have made one with a telling name.</summary>
internal static class FileOwner
{
    private const int WorkingFolder = -100;
    private const int NoFollow = 0x100;
    private const uint UserIdMask = 0x8;
    private const int AnswerSize = 256;
    private const int UserIdOffset = 20;

    /// <summary>The user that this process acts as. Not to be asked for on Windows.</summary>
    public static uint ThisUser => EffectiveUserId();

    /// <summary>Whether a file or folder is this user's. A link is not followed.</summary>
    /// <returns><see langword="false"/> too where it cannot be told.</returns>
    public static bool IsThisUser(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // The folders are the user's own there.
            return true;
        }

        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        // The only call of its family whose answer looks the same on every processor.
        var answer = new byte[AnswerSize];
        try
        {
            return Statx(WorkingFolder, path, NoFollow, UserIdMask, answer) == 0
                && BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(UserIdOffset)) == ThisUser;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] answer);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUserId();
}
