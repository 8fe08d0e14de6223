using System.Text;

namespace Buildpacks.Help;

/// <summary>A heading with what is under it: paragraphs, fenced code, and headings one level down.</summary>
internal sealed record PageSection(string Title)
{
    public List<string> Paragraphs { get; } = [];

    /// <summary>The texts of the fenced blocks, without the fences.</summary>
    public List<string> Blocks { get; } = [];

    /// <summary>The text of the blocks, one after another.</summary>
    public string Code => string.Join('\n', Blocks);

    /// <summary>The text of the blocks that are fenced as <c>output</c>: what the code prints.</summary>
    public string Output { get; set; } = "";

    public List<PageSection> Parts { get; } = [];
}

/// <summary>Cuts a page at its headings.</summary>
internal sealed class PageSections
{
    public PageSections(string path, string[] lines)
    {
        var at = ReadHeader(path, lines);
        PageSection? current = null;
        var paragraph = new StringBuilder();
        for (; at < lines.Length; at++)
        {
            var line = lines[at].TrimEnd();
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                EndParagraph(current, paragraph);
                at = ReadFence(path, lines, at, current);
            }
            else if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                Name = line[2..].Trim();
            }
            else if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                EndParagraph(current, paragraph);
                current = new PageSection(line[3..].Trim());
                Top.Add(current);
            }
            else if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                EndParagraph(current, paragraph);
                current = new PageSection(line[4..].Trim());
                (Top.LastOrDefault() ?? throw new FormatException($"{path}:{at + 1}: '###' before any '##'")).Parts.Add(current);
            }
            else if (line.Length == 0)
            {
                EndParagraph(current, paragraph);
            }
            else
            {
                // A list item, or a line of links, begins a line of its own.
                var separator = line.StartsWith("- ", StringComparison.Ordinal) || line.StartsWith('[') ? '\n' : ' ';
                paragraph.Append(paragraph.Length == 0 ? "" : separator).Append(line.Trim());
            }
        }

        EndParagraph(current, paragraph);
    }

    public Dictionary<string, string> Header { get; } = new(StringComparer.Ordinal);

    public string Name { get; } = "";

    public List<PageSection> Top { get; } = [];

    private static void EndParagraph(PageSection? section, StringBuilder paragraph)
    {
        if (paragraph.Length > 0)
        {
            section?.Paragraphs.Add(PlainText.From(paragraph.ToString()));
            paragraph.Clear();
        }
    }

    private static int ReadFence(string path, string[] lines, int at, PageSection? section)
    {
        var code = new StringBuilder();
        var start = at;
        for (at++; at < lines.Length && !lines[at].StartsWith("```", StringComparison.Ordinal); at++)
        {
            code.Append(code.Length == 0 ? "" : "\n").Append(lines[at].TrimEnd());
        }

        if (at == lines.Length)
        {
            throw new FormatException($"{path}:{start + 1}: the code fence does not end");
        }

        if (lines[start] == "```output" && section is not null)
        {
            section.Output = code.ToString();
        }
        else
        {
            section?.Blocks.Add(code.ToString());
        }

        return at;
    }

    private int ReadHeader(string path, string[] lines)
    {
        if (lines.Length == 0 || lines[0] != "---")
        {
            throw new FormatException($"{path}: does not begin with a '---' header");
        }

        var at = 1;
        for (; at < lines.Length && lines[at] != "---"; at++)
        {
            var colon = lines[at].IndexOf(':', StringComparison.Ordinal);
            Header[lines[at][..colon]] = lines[at][(colon + 1)..].Trim();
        }

        return at + 1;
    }
}
