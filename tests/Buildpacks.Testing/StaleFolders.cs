using System.Globalization;

namespace Buildpacks.Testing;

/// <summary>Removes what test processes that were killed could not: a folder's name tells which process made it.</summary>
internal static class StaleFolders
{
    private const string Prefix = "bp-";

    private static readonly Lazy<bool> Swept = new(Sweep);

    /// <summary>A path for a new folder of this process. The first call removes the folders of processes that are gone.</summary>
    public static string NewPath(string purpose)
    {
        _ = Swept.Value;
        return Path.Combine(Path.GetTempPath(), $"{Prefix}{purpose}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}");
    }

    private static bool Sweep()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*-*-*"))
        {
            if (Owner(Path.GetFileName(folder)) is { } owner && !Directory.Exists($"/proc/{owner}"))
            {
                TestFolder.Remove(folder);
            }
        }

        return true;
    }

    private static int? Owner(string name) =>
        int.TryParse(name.Split('-')[^2], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
