using System.Management.Automation;
using System.Text;
using System.Text.RegularExpressions;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Help;
using Buildpacks.Testing;

namespace Buildpacks.Commands.Tests.Help;

/// <summary>Asks for help as a user does, and holds what lies in en-US/ against what docs/ makes.</summary>
public sealed partial class HelpFileTests : IDisposable
{
    private readonly PackSession _session = new();
    private readonly TestFolder _folder = new("help");

    public static TheoryData<string> Cmdlets => HelpPages.Cmdlets;

    public static TheoryData<string> Topics => HelpPages.Topics;

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_help_files_are_those_that_the_pages_make()
    {
        HelpFolder.Write(HelpPages.Docs, _folder["en-US"]);

        var made = Names(_folder["en-US"]);
        Assert.Equal(made, Names(HelpPages.HelpFiles));
        Assert.All(made, name => Assert.True(
            File.ReadAllBytes(Path.Combine(_folder["en-US"], name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(HelpPages.HelpFiles, name))),
            $"{name} is not what docs/ makes; './build.sh Docs' writes it."));
    }

    [Fact]
    public void A_help_file_that_no_page_makes_any_more_goes_and_other_files_stay()
    {
        _folder.File("en-US/about_Gone.help.txt", "");
        _folder.File("en-US/notes.txt", "");

        HelpFolder.Write(HelpPages.Docs, _folder["en-US"]);

        Assert.Equal(["notes.txt"], Names(_folder["en-US"]).Except(Names(HelpPages.HelpFiles)));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Get_Help_shows_the_page(string name)
    {
        var page = HelpPages.Read(name);

        var synopsis = _session.Run("(Get-Help $args[0]).Synopsis", name).Checked().Texts;
        var parameters = _session.Run("(Get-Help $args[0]).parameters.parameter.name", name).Checked().Texts;
        var examples = _session.Run("(Get-Help $args[0]).examples.example | ForEach-Object { \"$($_.code)\" }", name).Checked().Texts.ToList();

        Assert.Equal([page.Synopsis], synopsis);

        // Of a cmdlet without parameters of its own, the help has one without a name.
        Assert.Equal(page.Parameters.Select(parameter => parameter.Name).Distinct(), parameters.Where(parameter => !string.IsNullOrEmpty(parameter)));
        Assert.Equal(page.Examples.Select(example => $"{example.Code}\n\n{example.Output}"), examples.Select(code => code!.ReplaceLineEndings("\n")));
        Assert.True(examples.Count >= 3, $"{name} has {examples.Count} examples");
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Get_Help_shows_what_is_so_of_each_parameter(string name)
    {
        var shown = _session.Run(
            "(Get-Help $args[0]).parameters.parameter | ForEach-Object { \"$($_.name): $($_.type.name), $($_.aliases), required $($_.required), $($_.position), $($_.defaultValue), $($_.pipelineInput), globbing $($_.globbing)\" }",
            name).Checked().Texts;

        var cmdlet = Assert.Single(_session.Run("Get-Command $args[0]", name).Checked().Of<CmdletInfo>());
        var facts = cmdlet.ParameterSets.SelectMany(set => set.Parameters).Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name))
            .Select(parameter => ParameterFacts.Of(cmdlet, parameter))
            .Select(fact => $"{fact.Name}: {fact.Type}, {(fact.Aliases.Length > 0 ? fact.Aliases : "none")}, required {Lower(fact.Required)}, {fact.Position.ToLowerInvariant()}, {fact.Default}, {fact.Pipeline}, globbing {Lower(fact.Wildcards)}")
            .ToHashSet();

        // Where a parameter differs between the sets, the help shows it as it is in one of them.
        Assert.All(shown.Where(line => !line!.StartsWith(':')), line => Assert.Contains(line!, facts));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Get_Help_shows_the_syntax_of_each_parameter_set(string name)
    {
        var shown = _session.Show("Get-Help $args[0]", name);

        var (start, end) = (shown.IndexOf("SYNTAX", StringComparison.Ordinal), shown.IndexOf("DESCRIPTION", StringComparison.Ordinal));
        Assert.Equal(HelpPages.Read(name).Syntax.Count, CommonParameters().Count(Spaces().Replace(shown[start..end], "")));
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void Get_Help_shows_the_topic(string topic)
    {
        var shown = string.Concat(_session.Run("Get-Help $args[0]", topic).Checked().Texts).ReplaceLineEndings("\n").Trim();

        Assert.Equal(File.ReadAllText(Path.Combine(HelpPages.HelpFiles, topic + ".help.txt"), Encoding.UTF8).Trim(), shown);
        Assert.All(shown.Split('\n'), line => Assert.True(line.StartsWith("        ", StringComparison.Ordinal) || line.Length <= 80, line));
    }

    [Fact]
    public void Get_Help_lists_the_topics_with_what_they_are_about()
    {
        var topics = _session.Run("Get-Help about_Buildpacks* | ForEach-Object { \"$($_.Synopsis)\".Trim() }").Checked().Texts;

        Assert.Equal(HelpPages.Topics.Count, topics.Count());
        Assert.All(topics, synopsis => Assert.Matches(@"^[A-Z].+\.$", synopsis));
    }

    private static string Lower(bool value) => value ? "true" : "false";

    private static List<string> Names(string folder) => [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\[<CommonParameters>\]")]
    private static partial Regex CommonParameters();

    [GeneratedRegex(@"\s")]
    private static partial Regex Spaces();
}
