using System.Diagnostics;

namespace Buildpacks.Testing.Processes;

/// <summary>Ends processes that outlived their engine (container monitors, shims), known by a folder that only tests use.</summary>
internal static class LeftoverProcesses
{
    /// <summary>Kills each process that has the folder on its command line, or works in it: podman's pause process does.</summary>
    public static void Kill(string folder)
    {
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(path), out var id) || id == Environment.ProcessId || !Names(path, folder))
            {
                continue;
            }

            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
            {
                // It ended by itself.
            }
        }
    }

    private static bool Names(string processPath, string folder)
    {
        try
        {
            return File.ReadAllText(processPath + "/cmdline").Contains(folder, StringComparison.Ordinal)
                || new FileInfo(processPath + "/cwd").LinkTarget?.StartsWith(folder + "/", StringComparison.Ordinal) == true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
