using System.Globalization;
using System.Text.RegularExpressions;

namespace Buildpacks.Engines.Podman;

/// <summary>Reads the sizes of volumes in the output of <c>podman system df --verbose</c>.</summary>
internal static partial class PodmanVolumeSizes
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>Reads the table of volumes, which is the last one: name, links, size. What is not a row of it is skipped.</summary>
    public static IReadOnlyDictionary<string, long> Read(IEnumerable<string> lines)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in lines.SkipWhile(line => !line.StartsWith("VOLUME NAME", StringComparison.Ordinal)).Skip(1))
        {
            if (Row().Match(line) is { Success: true } row
                && double.TryParse(row.Groups[2].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                sizes[row.Groups[1].Value] = (long)Math.Round(number * Math.Pow(1000, Array.IndexOf(Units, row.Groups[3].Value)));
            }
        }

        return sizes;
    }

    [GeneratedRegex(@"^(\S+)\s+\d+\s+(\d{1,6}(?:\.\d{1,6})?)([kMGTP]?B)$")]
    private static partial Regex Row();
}
