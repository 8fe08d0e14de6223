using System.Text;

namespace Buildpacks.Help;

/// <summary>Writes an about_ page as the plain text that Get-Help shows: wrapped at 80 columns, the body indented.</summary>
internal static class AboutWriter
{
    private const int Width = 80;

    public static string Write(string path)
    {
        var text = new StringBuilder();
        var inCode = false;
        var isAfterHeading = false;
        foreach (var raw in File.ReadAllLines(path))
        {
            var line = raw.TrimEnd();
            if (isAfterHeading && line.Length == 0)
            {
                // Get-Help takes the fifth line of the file for the synopsis.
                continue;
            }

            isAfterHeading = line.StartsWith("## ", StringComparison.Ordinal);
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inCode = !inCode;
            }
            else if (inCode)
            {
                text.Append("        ").AppendLine(line);
            }
            else if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                text.AppendLine("TOPIC").Append("    ").AppendLine(line[2..]);
            }
            else if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                text.AppendLine(line[3..].ToUpperInvariant());
            }
            else
            {
                AppendWrapped(text, PlainText.From(line));
            }
        }

        return text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static void AppendWrapped(StringBuilder text, string line)
    {
        if (line.Length == 0)
        {
            text.AppendLine();
            return;
        }

        var hanging = line.StartsWith("- ", StringComparison.Ordinal) ? "      " : "    ";
        var row = new StringBuilder("    ");
        foreach (var word in line.Split(' '))
        {
            if (row.Length + word.Length > Width && row.ToString().Trim().Length > 0)
            {
                text.AppendLine(row.ToString().TrimEnd());
                row.Clear().Append(hanging);
            }

            row.Append(word).Append(' ');
        }

        text.AppendLine(row.ToString().TrimEnd());
    }
}
