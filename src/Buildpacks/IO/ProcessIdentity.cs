using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Buildpacks.IO;

/// <summary>A process, such that it is not taken for a later one with the same number.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Boot">Which start of the machine: a process of an earlier one has certainly ended.</param>
/// <param name="Space">On Linux the process namespace: numbers of another one say nothing.</param>
/// <param name="Id">Its number.</param>
/// <param name="Started">When it began: on Linux in the kernel's own count since the machine's start, which a change of the clock does not move.</param>
internal sealed record ProcessIdentity(string Machine, string Boot, string Space, int Id, long Started)
{
    private const char Separator = '-';
    private const string Unknown = "0";

    // Elsewhere the start is computed from clocks that are read one after the other.
    private static readonly long Tolerance = OperatingSystem.IsLinux() ? 0 : TimeSpan.FromSeconds(2).Ticks;

    /// <summary>This process.</summary>
    public static ProcessIdentity Current()
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessIdentity(ThisMachine(), ThisBoot(), ThisSpace(), process.Id, StartOf(process) ?? 0);
    }

    /// <summary>Another process of this machine.</summary>
    /// <returns><see langword="null"/> when it has ended, or is hidden from this user.</returns>
    public static ProcessIdentity? Of(Process process)
    {
        try
        {
            return StartOf(process) is { } started ? new ProcessIdentity(ThisMachine(), ThisBoot(), ThisSpace(), process.Id, started) : null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <returns>The process; <see langword="null"/> when the text is something else.</returns>
    public static ProcessIdentity? TryParse(string text) =>
        text.Split(Separator) is [var machine, var boot, var space, var id, var started]
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? new ProcessIdentity(machine, boot, space, number, start)
            : null;

    /// <summary>The process as a part of a file's name.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Machine}{Separator}{Boot}{Separator}{Space}{Separator}{Id}{Separator}{Started}");

    /// <summary>Whether the process has certainly ended.</summary>
    public bool IsGone() =>
        Machine == ThisMachine() && (Boot != ThisBoot() || (Space == ThisSpace() && HasEnded()));

    private bool HasEnded()
    {
        try
        {
            using var process = Process.GetProcessById(Id);
            return StartOf(process) is not { } started || Math.Abs(started - Started) > Tolerance;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return true;
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or UnauthorizedAccessException)
        {
            // It is there, and hidden from this user.
            return false;
        }
    }

    /// <summary>When a process began.</summary>
    /// <returns><see langword="null"/> when it has ended and only its parent has not noticed.</returns>
    private static long? StartOf(Process process)
    {
        if (!OperatingSystem.IsLinux())
        {
            return process.StartTime.ToUniversalTime().Ticks;
        }

        var fields = ProcessStat.FieldsOf(process.Id);
        return fields[ProcessStat.State] is "Z" or "X" ? null : long.Parse(fields[ProcessStat.Start], CultureInfo.InvariantCulture);
    }

    /// <summary>A machine's name alone is often given twice.</summary>
    private static string ThisMachine() => Short($"{Environment.MachineName}\n{TextOf("/etc/machine-id")}");

    private static string ThisBoot() => TextOf("/proc/sys/kernel/random/boot_id") is { Length: > 0 } id ? Short(id) : Unknown;

    private static string ThisSpace() =>
        OperatingSystem.IsLinux() && new FileInfo("/proc/self/ns/pid").LinkTarget is { } link ? string.Concat(link.Where(char.IsAsciiDigit)) : Unknown;

    private static string TextOf(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Short(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 0, 4).ToLowerInvariant();
}
