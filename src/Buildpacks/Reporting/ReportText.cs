using System.Globalization;
using System.Text;

namespace Buildpacks.Reporting;

/// <summary>
/// report.toml of a lifecycle. A lifecycle that writes a layout reports paths of the container and the digest of the layout, so the table
/// <c>image</c> is written again, as a lifecycle writes it that exports the image to its place.
/// </summary>
internal static class ReportText
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "report.toml";

    /// <summary>The largest report.</summary>
    public const int MaximumLength = 1024 * 1024;

    private const string Table = "[image]";

    /// <summary>Writes the table <c>image</c>.</summary>
    /// <param name="report">What the lifecycle wrote.</param>
    /// <param name="tags">The names of the image.</param>
    /// <param name="id">The image's id, of an image in an engine.</param>
    /// <param name="digest">The digest of the manifest, of an image in a registry.</param>
    /// <param name="manifestSize">The size of the manifest.</param>
    public static string WithImage(string report, IEnumerable<string> tags, string? id, string? digest, long? manifestSize)
    {
        var lines = report.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').ToList();
        var begin = lines.FindIndex(line => line.Trim() == Table);
        var end = begin < 0 ? -1 : lines.FindIndex(begin + 1, line => line.TrimStart().StartsWith('['));
        var text = new StringBuilder();
        foreach (var line in begin < 0 ? lines : lines[..begin])
        {
            text.Append(line).Append('\n');
        }

        text.Append(Table).Append('\n').Append(CultureInfo.InvariantCulture, $"  tags = [{string.Join(", ", tags.Select(tag => $"\"{tag}\""))}]\n");
        if (id is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"  image-id = \"{id}\"\n");
        }

        if (digest is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"  digest = \"{digest}\"\n");
        }

        if (manifestSize is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"  manifest-size = {manifestSize}\n");
        }

        foreach (var line in end < 0 ? [] : lines[end..])
        {
            text.Append(line).Append('\n');
        }

        return text.ToString().TrimStart('\n');
    }
}
