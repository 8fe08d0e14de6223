using System.Globalization;

namespace Buildpacks.Commands;

/// <summary>Writes sizes for people.</summary>
internal static class SizeText
{
    /// <summary>A size as the views show it: <c>68.4 MB</c>.</summary>
    public static string Of(long bytes) => bytes switch
    {
        >= 1_000_000_000 => Text(bytes / 1e9, "GB"),
        >= 1_000_000 => Text(bytes / 1e6, "MB"),
        >= 1_000 => Text(bytes / 1e3, "kB"),
        _ => $"{bytes} B",
    };

    private static string Text(double number, string unit) => $"{number.ToString("0.0", CultureInfo.InvariantCulture)} {unit}";
}
