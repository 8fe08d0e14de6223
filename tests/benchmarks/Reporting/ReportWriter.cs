using System.Globalization;
using System.Text;

namespace Buildpacks.Benchmarks.Reporting;

/// <summary>Gathers reports and writes them as text and into a page.</summary>
internal sealed class ReportWriter
{
    private static readonly string[] FigureHeads = ["What", "Buildpacks", "Compared with", "Ratio", "Goal", "Met"];
    private static readonly string[] StepHeads = ["Step", "Begins at", "Takes", "Bytes"];

    private readonly List<BenchmarkReport> reports = [];

    /// <summary>Takes a report.</summary>
    public void Add(BenchmarkReport report) => reports.Add(report);

    /// <summary>The tables for a terminal.</summary>
    public string ToText()
    {
        var text = new StringBuilder().AppendLine().Append(Figures().ToText());
        foreach (var profile in Profiles)
        {
            text.AppendLine().AppendLine(profile.Title).AppendLine().Append(Steps(profile).ToText());
        }

        return text.Append(CultureInfo.InvariantCulture, $"\nLoad of the machine at the end: {MachineLoad.Describe()}").ToString();
    }

    /// <summary>Puts the tables into a page in place of those that are there.</summary>
    /// <param name="path">A Markdown file with the markers.</param>
    public void WriteTo(string path)
    {
        var page = MarkdownPage.Read(path);
        page.Replace("figures", $"{Figures().ToMarkdown()}\n{MachineLoad.Describe()}\n");
        if (Profiles.Any())
        {
            page.Replace("profiles", string.Join('\n', Profiles.Select(profile => $"### {profile.Title}\n\n{Steps(profile).ToMarkdown()}")));
        }

        page.Write();
    }

    private IEnumerable<Profile> Profiles => reports.SelectMany(report => report.Profiles);

    private Table Figures() => new(FigureHeads, reports.SelectMany(report => report.Figures).Select(figure => new[]
    {
        figure.What, figure.Ours, figure.Bare, figure.Ratio, figure.Goal, figure.Met switch { true => "yes", false => "no", null => "" },
    }));

    private static Table Steps(Profile profile) => new(StepHeads, profile.Steps.Select(step => new[]
    {
        step.Name,
        step.Begins is { } begins ? $"{Figure.Whole(begins)} ms" : "",
        $"{Figure.Whole(step.Milliseconds)} ms",
        step.Bytes?.ToString("N0", CultureInfo.InvariantCulture) ?? "",
    }));
}
