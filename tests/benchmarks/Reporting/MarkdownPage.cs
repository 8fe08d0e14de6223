namespace Buildpacks.Benchmarks.Reporting;

/// <summary>A Markdown file in which some parts are written by a program, each between two comments.</summary>
internal sealed class MarkdownPage
{
    private readonly string path;
    private string text;

    private MarkdownPage(string path)
    {
        this.path = path;
        text = File.ReadAllText(path);
    }

    /// <summary>Reads a page.</summary>
    public static MarkdownPage Read(string path) => new(path);

    /// <summary>Replaces a part.</summary>
    /// <param name="part">The name in the comments <c>&lt;!-- begin NAME --&gt;</c> and <c>&lt;!-- end NAME --&gt;</c>.</param>
    /// <param name="content">What comes between them.</param>
    /// <exception cref="InvalidDataException">The page has no such part.</exception>
    public void Replace(string part, string content)
    {
        var begin = $"<!-- begin {part} -->\n";
        var end = $"<!-- end {part} -->";
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var stop = text.IndexOf(end, StringComparison.Ordinal);
        if (start < begin.Length || stop < start)
        {
            throw new InvalidDataException($"'{path}' has no part '{part}'");
        }

        text = text[..start] + content + text[stop..];
    }

    /// <summary>Writes the page.</summary>
    public void Write() => File.WriteAllText(path, text);
}
