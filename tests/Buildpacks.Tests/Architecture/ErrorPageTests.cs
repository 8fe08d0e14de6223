using System.Text.RegularExpressions;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Tests.Architecture;

/// <summary>Holds docs/about_Buildpacks_Errors.md against the ids in the source.</summary>
public sealed partial class ErrorPageTests
{
    private static readonly string[] Projects = ["Buildpacks.Contracts", "Buildpacks", "Buildpacks.PowerShell"];

    [Fact]
    public void Every_id_in_the_source_has_its_line_and_every_line_has_its_id() =>
        Assert.Equal(IdsOfSource().Order(StringComparer.Ordinal), IdsOfPage().Order(StringComparer.Ordinal));

    [Fact]
    public void A_line_says_what_happened_and_what_to_do() =>
        Assert.All(PageLines(), line => Assert.Matches(@"^- [A-Za-z]+: \S.+\. [A-Z].+\.$", line));

    private static IEnumerable<string> PageLines() =>
        File.ReadLines(Path.Combine(SampleFiles.Root, "docs", "about_Buildpacks_Errors.md")).Where(line => line.StartsWith("- ", StringComparison.Ordinal) && line.Contains(':', StringComparison.Ordinal));

    private static IEnumerable<string> IdsOfPage() => PageLines().Select(line => line[2..line.IndexOf(':', StringComparison.Ordinal)]);

    private static HashSet<string> IdsOfSource()
    {
        // The ids of engine calls are made of their kind, and that of a missing TOML file is made of the id of an invalid one.
        var ids = Enum.GetNames<PackErrorKind>().Select(kind => "Engine" + kind).Append("BuilderTomlNotFound").Append("ProjectTomlNotFound").ToHashSet(StringComparer.Ordinal);
        var files = Projects.SelectMany(project => Directory.EnumerateFiles(Path.Combine(SampleFiles.Root, "src", project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        foreach (var file in files)
        {
            var source = File.ReadAllText(file);
            ids.UnionWith(Ids().Matches(source).SelectMany(match => match.Groups["id"].Captures.Select(capture => capture.Value)));
        }

        return ids;
    }

    /// <summary>An id stands before a kind, after PackException, in a constant named for ids, or in the table of the lifecycle's exit codes.</summary>
    [GeneratedRegex("""
        (?:PackException\(\s*(?:\w+\s\?\s*)?|(?:Id|Missing)\s=\s|=>\s\(|\(id,\skind\)\s=\s\(|Unsupported\(\s*|"run\simage",\s|"builder",\s)"(?<id>[A-Z][A-Za-z]+)"
        |"(?<id>[A-Z][A-Za-z]+)"(?:\s:\s"(?<id>[A-Z][A-Za-z]+)")?,\s*PackErrorKind\.
        |"(?<id>[A-Z][a-z]\w*)"(?:\s:\s"(?<id>[A-Z][A-Za-z]+)"),\s
        |"(?<id>Buildpack(?:Archive|Toml)Invalid)"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Ids();
}
