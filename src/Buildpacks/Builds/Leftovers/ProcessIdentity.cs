using System.ComponentModel;
using System.Diagnostics;

namespace Buildpacks.Builds.Leftovers;

/// <summary>A process, such that it is not taken for a later one with the same number.</summary>
/// <param name="Machine">The machine, and on Linux the process namespace: numbers of another one say nothing.</param>
/// <param name="Id">Its number.</param>
/// <param name="Started">When it began.</param>
internal sealed record ProcessIdentity(string Machine, int Id, DateTimeOffset Started)
{
    // The start time is computed from clocks that are read one after the other.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>This process.</summary>
    public static ProcessIdentity Current()
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessIdentity(ThisMachine(), process.Id, process.StartTime);
    }

    /// <summary>Whether the process has certainly ended.</summary>
    public bool IsGone()
    {
        if (Machine != ThisMachine())
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(Id);
            return (process.StartTime - Started).Duration() > Tolerance;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static string ThisMachine()
    {
        var space = OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget : null;
        return $"{Environment.MachineName} {space}".TrimEnd();
    }
}
