using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Buildpacks.Testing.Processes;

/// <summary>
/// Makes a file that was just written one that can be started. Whoever starts a process while another thread has a file open for writing has it open in the child too, until that executes its program,
/// and Linux does not start a file that anyone has open for writing (ETXTBSY).
/// </summary>
public static partial class StartableFile
{
    private const int SetLease = 1024;
    private const int ReadLease = 0;
    private const int TryAgain = 11;

    /// <summary>Lets everyone start the file, and waits until nobody has it open for writing.</summary>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        Assert.True(!OperatingSystem.IsLinux() || SpinWait.SpinUntil(() => NobodyWrites(path), Hang.Limit), $"{path} stays open for writing");
    }

    /// <summary>The kernel gives a lease for reading when nobody has the file open for writing. .NET locks what it writes, and that child has the lock, too.</summary>
    private static bool NobodyWrites(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return Control(file, SetLease, ReadLease) == 0 ? true : Marshal.GetLastPInvokeError() == TryAgain ? false : throw new Win32Exception();
        }
        catch (IOException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
