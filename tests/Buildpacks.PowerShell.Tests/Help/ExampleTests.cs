using System.Management.Automation;
using System.Management.Automation.Language;
using Buildpacks.Commands.Tests.Sessions;

namespace Buildpacks.Commands.Tests.Help;

/// <summary>Reads the examples with PowerShell's own parser.</summary>
public sealed class ExampleTests : IDisposable
{
    private readonly PackSession _session = new();

    public static TheoryData<string> Cmdlets => HelpPages.Cmdlets;

    public static TheoryData<string> Topics => HelpPages.Topics;

    public void Dispose() => _session.Dispose();

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Examples_of_a_cmdlet_show_what_is_typed_and_what_it_prints(string name) =>
        Assert.All(HelpPages.Read(name).Examples, example =>
        {
            Assert.NotEmpty(example.Code);
            Assert.NotEmpty(example.Output);
            Assert.NotEmpty(example.Remarks);
            Assert.StartsWith("Example ", example.Title, StringComparison.Ordinal);
        });

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Examples_of_a_cmdlet_name_only_what_exists(string name) =>
        Assert.All(HelpPages.Read(name).Examples, example => Check(example.Code));

    [Theory]
    [MemberData(nameof(Topics))]
    public void Examples_of_a_topic_name_only_what_exists(string topic)
    {
        var blocks = File.ReadAllText(Path.Combine(HelpPages.Docs, topic + ".md")).Split("```\n").Where((_, index) => index % 2 == 1);

        Assert.All(blocks, Check);
    }

    private void Check(string code)
    {
        var script = Parser.ParseInput(code, out _, out var errors);
        Assert.True(errors.Length == 0, $"{code}: {string.Join("; ", errors.Select(error => error.Message))}");
        foreach (var command in script.FindAll(node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
        {
            if (command.GetCommandName() is { } name && name.Contains("-Pack", StringComparison.OrdinalIgnoreCase))
            {
                CheckParameters(command, name);
            }
        }
    }

    private void CheckParameters(CommandAst command, string name)
    {
        var cmdlet = Assert.Single(_session.Run("Get-Command $args[0]", name).Checked().Of<CmdletInfo>());
        var known = cmdlet.Parameters.Values.SelectMany(parameter => parameter.Aliases.Prepend(parameter.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.All(command.CommandElements.OfType<CommandParameterAst>(), parameter =>
            Assert.True(known.Contains(parameter.ParameterName), $"{name} has no parameter -{parameter.ParameterName}: {command}"));
    }
}
