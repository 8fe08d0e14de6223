using System.Runtime.InteropServices;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>Asks a process to end.</summary>
internal static class ProcessSignal
{
    private const int Terminate = 15;

    /// <summary>Sends SIGTERM; does nothing where there are no signals.</summary>
    public static void SendTerminate(int processId)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Kill(processId, Terminate);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
