using System.ComponentModel;
using System.Diagnostics;

namespace Buildpacks.IO;

/// <summary>Ends processes with what they started.</summary>
internal static class ProcessTree
{
    /// <summary>Ends a process and its descendants, whether they still run or not.</summary>
    public static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended, or a descendant of it has.
        }
    }
}
