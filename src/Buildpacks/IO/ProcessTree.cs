using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Buildpacks.IO;

/// <summary>Ends processes with what they started.</summary>
internal static class ProcessTree
{
    private const string Proc = "/proc";

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

    /// <summary>Ends the descendants of a process that are in another session than it, as the first process of a container is. Linux only.</summary>
    public static void KillSessions(Process process)
    {
        var all = Read();
        if (all.Find(entry => entry.Id == process.Id) is not { Id: > 0 } first)
        {
            return;
        }

        var family = new HashSet<int> { first.Id };
        var waiting = new Queue<int>(family);
        while (waiting.TryDequeue(out var parent))
        {
            foreach (var child in all.Where(entry => entry.Parent == parent && family.Add(entry.Id)))
            {
                waiting.Enqueue(child.Id);
                if (child.Session != first.Session)
                {
                    Kill(child.Id);
                }
            }
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended, or belongs to another user.
        }
    }

    /// <summary>All processes, with their parents and sessions; none where the system does not tell.</summary>
    private static List<(int Id, int Parent, int Session)> Read()
    {
        var all = new List<(int Id, int Parent, int Session)>();
        foreach (var folder in Directory.Exists(Proc) ? Directory.EnumerateDirectories(Proc) : [])
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                var fields = ProcessStat.FieldsOf(id);
                all.Add((id, int.Parse(fields[ProcessStat.Parent], CultureInfo.InvariantCulture), int.Parse(fields[ProcessStat.Session], CultureInfo.InvariantCulture)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended.
            }
        }

        return all;
    }
}
