using System.Text.RegularExpressions;

namespace Buildpacks.Engines.Podman;

/// <summary>Reads podman's lines about a pull, push or load.</summary>
internal static partial class TransferProgress
{
    /// <summary>What takes podman's lines and reports them; <see langword="null"/> when nobody wants to know.</summary>
    public static Action<string>? Reader(IProgress<EngineProgress>? progress) =>
        progress is null ? null : line =>
        {
            if (Read(line) is { } report)
            {
                progress.Report(report);
            }
        };

    /// <summary>A line as progress; <see langword="null"/> for a line that is none.</summary>
    public static EngineProgress? Read(string line)
    {
        if (line.StartsWith("Error", StringComparison.OrdinalIgnoreCase) || line.StartsWith("time=", StringComparison.Ordinal))
        {
            return null;
        }

        var part = Part().Match(line);
        return part.Success
            ? new EngineProgress(part.Groups["id"].Value, part.Groups["status"].Value)
            : new EngineProgress("", line.Trim());
    }

    [GeneratedRegex("^(?<status>Copying (?:blob|config)) (?:sha256:)?(?<id>[0-9a-f]{12})")]
    private static partial Regex Part();
}
