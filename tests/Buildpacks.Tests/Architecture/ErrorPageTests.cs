using System.Text.RegularExpressions;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Tests.Architecture;

/// <summary>Holds docs/about_Buildpacks_Errors.md and the source against <see cref="PackErrorIds"/>.</summary>
public sealed partial class ErrorPageTests
{
    private static readonly string[] Ids = [.. typeof(PackErrorIds).GetFields().Select(field => field.Name)];

    /// <summary>Failures without a recommended action, and why.</summary>
    private static readonly Dictionary<string, string> WithoutAdvice = new()
    {
        [nameof(PackErrorIds.PipeImageUnfit)] = "is not shown: the phases run in separate calls then",
        [nameof(PackErrorIds.UnexpectedFailure)] = "nothing is known of it",
    };

    private static readonly string[] Projects = ["Buildpacks.Contracts", "Buildpacks", "Buildpacks.PowerShell"];

    [Fact]
    public void Every_id_has_its_line_and_every_line_has_its_id() =>
        Assert.Equal(Ids.Order(StringComparer.Ordinal), IdsOfPage().Order(StringComparer.Ordinal));

    [Fact]
    public void The_source_names_ids_by_their_constants() =>
        Assert.Empty(Sources().SelectMany(source => Texts().Matches(source).Select(match => match.Groups[1].Value)).Intersect(Ids));

    [Fact]
    public void Every_id_is_used()
    {
        var used = Sources().SelectMany(source => Uses().Matches(source).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);

        // The ids of engine calls are made of their kind, and that of a missing TOML file is made of the id of an invalid one.
        used.UnionWith(Enum.GetNames<PackErrorKind>().Select(kind => "Engine" + kind));
        used.UnionWith(used.Where(id => id.EndsWith("TomlInvalid", StringComparison.Ordinal)).Select(id => id.Replace("Invalid", "NotFound", StringComparison.Ordinal)).ToArray());

        Assert.Empty(Ids.Except(used));
    }

    [Fact]
    public void A_line_says_what_happened_and_what_to_do() =>
        Assert.All(PageLines(), line => Assert.Matches(@"^- [A-Za-z]+: \S.+\. [A-Z].+\.$", line));

    [Fact]
    public void A_failure_has_a_next_step_where_it_is_created() =>
        Assert.Empty(Sources().SelectMany(WithoutNextStep).Except(WithoutAdvice.Keys));

    /// <summary>The ids of the failures that a source creates without a recommended action.</summary>
    private static IEnumerable<string> WithoutNextStep(string source) =>
        Creations().Matches(source)
            .Where(creation => !InitializerAfter(source, End(source, creation.Index + creation.Value.IndexOf('(', StringComparison.Ordinal))).Contains(nameof(PackException.RecommendedAction), StringComparison.Ordinal))
            .Select(creation => creation.Groups[1].Value);

    private static string InitializerAfter(string source, int end) =>
        source[end..].TrimStart() is ['{', ..] && source.IndexOf('{', end) is var start ? source[start..End(source, start)] : "";

    /// <summary>The position behind the bracket that closes the one at a position. Brackets in texts come in pairs.</summary>
    private static int End(string source, int start)
    {
        var depth = 0;
        for (var at = start; at < source.Length; at++)
        {
            depth += source[at] switch { '(' or '{' => 1, ')' or '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return at + 1;
            }
        }

        return source.Length;
    }

    private static IEnumerable<string> PageLines() =>
        File.ReadLines(Path.Combine(SampleFiles.Root, "docs", "about_Buildpacks_Errors.md")).Where(line => line.StartsWith("- ", StringComparison.Ordinal) && line.Contains(':', StringComparison.Ordinal));

    private static IEnumerable<string> IdsOfPage() => PageLines().Select(line => line[2..line.IndexOf(':', StringComparison.Ordinal)]);

    private static IEnumerable<string> Sources() =>
        from project in Projects
        from file in Directory.EnumerateFiles(Path.Combine(SampleFiles.Root, "src", project), "*.cs", SearchOption.AllDirectories)
        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        select string.Join('\n', File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));

    [GeneratedRegex("\"([A-Z][A-Za-z]+)\"")]
    private static partial Regex Texts();

    [GeneratedRegex(@"\bnew ?\w*\(\s*PackErrorIds\.(\w+)")]
    private static partial Regex Creations();

    [GeneratedRegex(@"\bPackErrorIds\.([A-Z][A-Za-z]+)")]
    private static partial Regex Uses();
}
