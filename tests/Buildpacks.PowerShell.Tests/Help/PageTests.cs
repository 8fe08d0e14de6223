using System.Management.Automation;
using System.Text.RegularExpressions;
using Buildpacks.Commands.Tests.Sessions;

namespace Buildpacks.Commands.Tests.Help;

/// <summary>Holds the cmdlets' pages against the cmdlets.</summary>
public sealed partial class PageTests : IDisposable
{
    private const string AllSets = "(All)";

    /// <summary>Shorter sentences, such as "Several values are allowed", may be said of several parameters.</summary>
    private const int LongSentence = 60;

    private readonly PackSession _session = new();

    public static TheoryData<string> Cmdlets => HelpPages.Cmdlets;

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Every_exported_cmdlet_has_a_page_and_no_page_is_without_a_cmdlet()
    {
        var exported = _session.Run("(Get-Module Buildpacks).ExportedCmdlets.Keys").Checked().Texts;

        Assert.Equal(exported.Order(), Directory.GetFiles(HelpPages.Docs, "*-*.md").Where(file => char.IsAsciiLetterUpper(Path.GetFileName(file)[0])).Select(Path.GetFileNameWithoutExtension).Order());
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_is_for_the_cmdlet_and_the_help_file_that_it_is_named_for(string name)
    {
        var page = HelpPages.Read(name);

        Assert.Equal((name, "Buildpacks.PowerShell.dll-Help.xml"), (page.Name, page.HelpFile));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_says_each_sentence_once(string name)
    {
        var text = CodeBlock().Replace(File.ReadAllText(Path.Combine(HelpPages.Docs, $"{name}.md")), "");

        var sentences = text.Split('\n').Where(line => !line.StartsWith('|')).SelectMany(line => line.Split(". ")).Where(sentence => sentence.Length > LongSentence);

        Assert.Empty(sentences.GroupBy(sentence => sentence).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_describes_the_parameters_of_each_parameter_set(string name)
    {
        var page = HelpPages.Read(name);
        var cmdlet = Find(name);

        Assert.All(cmdlet.ParameterSets, set => Assert.Equal(
            Own(set).Select(parameter => ParameterFacts.Of(cmdlet, parameter)).OrderBy(facts => facts.Name, StringComparer.Ordinal),
            page.Parameters.Where(parameter => parameter.IsIn(set.Name)).Select(ParameterFacts.Of).OrderBy(facts => facts.Name, StringComparer.Ordinal)));
        Assert.All(page.Parameters, parameter => Assert.NotEmpty(parameter.Description));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_knows_the_parameter_sets_and_no_others(string name)
    {
        var page = HelpPages.Read(name);
        var cmdlet = Find(name);
        var sets = cmdlet.ParameterSets.ToDictionary(set => set.Name == ParameterAttribute.AllParameterSets ? AllSets : set.Name);

        Assert.Equal(sets.Keys.Order(), page.Syntax.Select(syntax => syntax.Set).Order());
        Assert.Equal(string.IsNullOrEmpty(cmdlet.DefaultParameterSet) ? AllSets : cmdlet.DefaultParameterSet, page.Syntax[0].Set);
        Assert.All(page.Syntax, syntax => Assert.Equal($"{name} {sets[syntax.Set]}", syntax.Text.Replace("\n ", " ", StringComparison.Ordinal)));
        Assert.All(page.Parameters.SelectMany(parameter => parameter.Sets), set => Assert.Contains(set, sets.Keys.Append(AllSets)));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_names_what_goes_in_and_what_comes_out(string name)
    {
        var page = HelpPages.Read(name);
        var cmdlet = Find(name);
        var parameters = cmdlet.ParameterSets.SelectMany(Own).ToList();

        List<string> inputs = [.. parameters.Where(parameter => parameter.ValueFromPipeline).Select(parameter => parameter.ParameterType.FullName!)];
        if (parameters.Exists(parameter => parameter.ValueFromPipelineByPropertyName))
        {
            inputs.Add(typeof(PSObject).FullName!);
        }

        Assert.Equal(inputs.Distinct(), page.Inputs.Select(type => type.Name));
        Assert.Equal(cmdlet.OutputType.Select(type => type.Name), page.Outputs.Select(type => type.Name));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Related_links_lead_to_pages(string name)
    {
        var links = HelpPages.Read(name).Links;

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(HelpPages.Docs, link.Address)) && link.Address == $"{link.Text}.md", link.Address));
    }

    private CmdletInfo Find(string name) => Assert.Single(_session.Run("Get-Command $args[0]", name).Checked().Of<CmdletInfo>());

    private static IEnumerable<CommandParameterInfo> Own(CommandParameterSetInfo set) =>
        set.Parameters.Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name));

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();
}
