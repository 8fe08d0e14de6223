using System.Management.Automation.Language;
using Buildpacks.Commands.Tests.Help;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Help;
using Buildpacks.PackCommands;

namespace Buildpacks.Commands.Tests.Builds;

public sealed class ConvertFromPackCommandTests : IDisposable
{
    private readonly PackSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Every_parameter_that_a_flag_becomes_exists()
    {
        foreach (var command in PackCommandConverter.List().Where(row => row.Cmdlet.Length > 0).GroupBy(row => row.Cmdlet))
        {
            var parameters = _session.Run("(Get-Command $args[0]).Parameters.Keys", command.Key).Checked().Texts;

            Assert.Empty(command.Select(row => row.Parameter?.TrimStart('-')).OfType<string>().Except(parameters, StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_converted_command_is_one_that_PowerShell_reads_as_it_was_meant()
    {
        var line = "pack build \"$REPO/web\" --path 'it'\\''s $(mine)' -e 'A=x y' -e B=\"$HOME/b\" -b a,b --volume '@x:/y'";

        var command = _session.Run("(ConvertFrom-PackCommand $args[0]).Command", line).Checked().Texts.Single();

        var tree = Parser.ParseInput(command, out _, out var errors);
        Assert.Empty(errors);
        var elements = ((CommandAst)tree.Find(part => part is CommandAst, searchNestedScriptBlocks: false)).CommandElements;
        Assert.Equal("it's $(mine)", Assert.IsType<StringConstantExpressionAst>(elements[3]).Value);
        Assert.DoesNotContain(tree.FindAll(part => part is SubExpressionAst, searchNestedScriptBlocks: true), _ => true);
        Assert.Equal(["env:REPO", "HOME"], tree.FindAll(part => part is VariableExpressionAst, searchNestedScriptBlocks: true).Select(part => ((VariableExpressionAst)part).VariablePath.UserPath));
    }

    [Fact]
    public void Lines_of_a_script_are_joined_and_one_that_cannot_be_converted_does_not_stop_the_others()
    {
        var run = _session.Run("'# build', 'pack build web \\', '  --publish', '', 'docker ps', 'pack rebase web' | ConvertFrom-PackCommand");

        Assert.Equal(["Invoke-PackBuild web -Publish", "Update-PackImage web"], run.Of<PackCommandConversion>().Select(conversion => conversion.Command));
        Assert.Equal("PackCommandInvalid,Buildpacks.Commands.ConvertFromPackCommandCommand", Assert.Single(run.Errors).FullyQualifiedErrorId);
    }

    [Fact]
    public void The_page_for_people_who_come_from_pack_is_what_the_table_makes() =>
        Assert.Equal(FromPackPage.Write(), File.ReadAllText(Path.Combine(HelpPages.Docs, FromPackPage.FileName)));
}
