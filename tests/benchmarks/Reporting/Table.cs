using System.Text;

namespace Buildpacks.Benchmarks.Reporting;

/// <summary>Rows of text in columns.</summary>
internal sealed class Table(IReadOnlyList<string> heads, IEnumerable<string[]> rows)
{
    private readonly List<string[]> lines = [[.. heads], .. rows];

    /// <summary>The table for a terminal: columns as wide as their content.</summary>
    public string ToText() => Write("", "  ", "", '-');

    /// <summary>The table as Markdown.</summary>
    public string ToMarkdown() => Write("| ", " | ", " |", '-');

    private string Write(string begin, string between, string end, char rule)
    {
        var widths = heads.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        var text = new StringBuilder();
        for (var row = 0; row < lines.Count; row++)
        {
            Append(lines[row]);
            if (row == 0)
            {
                Append([.. widths.Select(width => new string(rule, width))]);
            }
        }

        return text.ToString();

        void Append(string[] cells) =>
            text.Append((begin + string.Join(between, cells.Select((cell, column) => cell.PadRight(widths[column]))) + end).TrimEnd()).Append('\n');
    }
}
