using System.Globalization;

namespace Buildpacks.Benchmarks.Reporting;

/// <summary>How busy the machine is: figures of a busy machine are worth less.</summary>
internal static class MachineLoad
{
    /// <summary>The processors and the load of the last one, five and fifteen minutes.</summary>
    public static string Describe()
    {
        var load = File.Exists("/proc/loadavg") ? string.Join(", ", File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "unknown";
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, load {load}");
    }
}
