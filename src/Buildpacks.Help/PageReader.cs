namespace Buildpacks.Help;

/// <summary>Reads a cmdlet's Markdown page. Anything it does not know is an error that names the file and the line.</summary>
internal static class PageReader
{
    public static CommandPage Read(string path)
    {
        var sections = new PageSections(path, File.ReadAllLines(path));
        var header = sections.Header;
        var body = sections.Top.ToDictionary(s => s.Title, StringComparer.Ordinal);

        PageSection Need(string title) => body.TryGetValue(title, out var section)
            ? section
            : throw new FormatException($"{path}: the section '## {title}' is missing");

        return new CommandPage
        {
            Name = sections.Name,
            HelpFile = header.GetValueOrDefault("external help file", ""),
            OnlineVersion = header.GetValueOrDefault("online version", ""),
            Synopsis = string.Join(' ', Need("SYNOPSIS").Paragraphs),
            Description = Need("DESCRIPTION").Paragraphs,
            Syntax = [.. Need("SYNTAX").Parts.Select(p => new SyntaxPage(SetName(p.Title), p.Code))],
            Examples = [.. Need("EXAMPLES").Parts.Select(p => new ExamplePage(p.Title, p.Code, p.Output, p.Paragraphs))],
            Parameters = [.. Need("PARAMETERS").Parts.Where(p => p.Title.StartsWith('-')).SelectMany(p => ReadParameter(path, p))],
            Inputs = [.. Need("INPUTS").Parts.Select(p => new TypePage(p.Title, p.Paragraphs))],
            Outputs = [.. Need("OUTPUTS").Parts.Select(p => new TypePage(p.Title, p.Paragraphs))],
            Notes = Need("NOTES").Paragraphs,
            Links = [.. Need("RELATED LINKS").Paragraphs.SelectMany(p => p.Split('\n')).Select(ReadLink)],
        };
    }

    private static string SetName(string title) => title.Replace(" (Default)", "", StringComparison.Ordinal);

    /// <summary>A block of facts for all parameter sets, or several for those that differ.</summary>
    private static IEnumerable<ParameterPage> ReadParameter(string path, PageSection part) => part.Blocks.Count > 0
        ? part.Blocks.Select(block => ReadParameter(path, part, block))
        : throw new FormatException($"{path}: parameter {part.Title} has no block of facts");

    private static ParameterPage ReadParameter(string path, PageSection part, string block)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in block.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                throw new FormatException($"{path}: parameter {part.Title}: '{line}' is not 'key: value'");
            }

            facts[line[..colon].Trim()] = line[(colon + 1)..].Trim();
        }

        string Fact(string name) => facts.TryGetValue(name, out var value)
            ? value
            : throw new FormatException($"{path}: parameter {part.Title} says nothing of '{name}'");

        return new ParameterPage
        {
            Name = part.Title[1..],
            Description = part.Paragraphs,
            Type = Fact("Type"),
            Sets = SplitList(Fact("Parameter Sets")),
            Aliases = SplitList(Fact("Aliases")),
            AcceptedValues = SplitList(facts.GetValueOrDefault("Accepted values", "")),
            Required = bool.Parse(Fact("Required")),
            Position = Fact("Position"),
            Default = Fact("Default value"),
            Pipeline = Fact("Accept pipeline input"),
            Wildcards = bool.Parse(Fact("Accept wildcard characters")),
        };
    }

    private static string[] SplitList(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static LinkPage ReadLink(string line)
    {
        var close = line.IndexOf("](", StringComparison.Ordinal);
        return line.StartsWith('[') && close > 0 && line.EndsWith(')')
            ? new LinkPage(line[1..close], line[(close + 2)..^1])
            : new LinkPage(line, "");
    }
}
