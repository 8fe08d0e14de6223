using Buildpacks.Testing;

namespace Buildpacks.Commands.Tests.Host;

public sealed class PsHostTests : IDisposable
{
    private readonly TestFolder _folder = new("pshost");

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task A_script_gets_its_arguments_by_name_by_position_and_as_switches()
    {
        var script = Script("""
            [CmdletBinding()]
            param([Parameter(Position = 0)][string] $Task, [string] $Name, [switch] $Fast, [switch] $Slow, [Parameter(ValueFromRemainingArguments)] $Rest)
            "$Task|$Name|$Fast|$Slow|$($Rest -join ',')"
            """);

        var run = await PsHostRun.RunAsync(script, "Build", "-Name", "it's $HOME; `\"x", "-Fast", "-Slow:$false", "a b", "-1", "--", "é");

        Assert.Equal("Build|it's $HOME; `\"x|True|False|a b,-1,é", run.Lines[0].Replace(",--", "", StringComparison.Ordinal));
        Assert.Equal(0, run.ExitCode);
    }

    [LinuxFact]
    public async Task A_script_knows_where_it_is()
    {
        var run = await PsHostRun.RunAsync(Script("$PSScriptRoot; $PSCommandPath"));

        Assert.Equal([_folder.Path, _folder["script.ps1"]], run.Lines);
    }

    [LinuxTheory]
    [InlineData("'fine'", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("& { exit 3 }", 3)]
    [InlineData("exit 0", 0)]
    [InlineData("throw 'no'", 1)]
    [InlineData("& /bin/sh -c 'exit 5'; 'went on'", 0)]
    [InlineData("& /bin/sh -c 'exit 5'; exit $LASTEXITCODE", 5)]
    [InlineData("$ErrorActionPreference = 'Stop'; Get-Nothing", 1)]
    [InlineData("function Broken {", 1)]
    public async Task A_scripts_end_is_the_exit_code(string text, int exitCode) =>
        Assert.Equal(exitCode, (await PsHostRun.RunAsync(Script(text))).ExitCode);

    [LinuxTheory]
    [InlineData("1 + 1", 0)]
    [InlineData("exit 4", 4)]
    [InlineData("Get-Nothing", 1)]
    [InlineData("1 +", 1)]
    public async Task A_commands_end_is_the_exit_code(string text, int exitCode) =>
        Assert.Equal(exitCode, (await PsHostRun.CommandAsync(text)).ExitCode);

    [LinuxFact]
    public async Task Each_stream_goes_where_it_belongs()
    {
        var run = await PsHostRun.RunAsync(Script("""
            'output'
            Write-Host 'host' -ForegroundColor Red
            $Host.UI.WriteWarningLine('warning')
            $Host.UI.WriteVerboseLine('verbose')
            Get-Nothing
            [pscustomobject] @{ Name = 'table'; Size = 1 }
            """));

        Assert.Contains("output", run.Lines);
        Assert.Contains("host", run.Lines);
        Assert.Contains(run.Lines, line => line.StartsWith("table", StringComparison.Ordinal));
        Assert.Contains("WARNING: warning", run.Error, StringComparison.Ordinal);
        Assert.Contains("VERBOSE: verbose", run.Error, StringComparison.Ordinal);
        Assert.Contains("Get-Nothing", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Get-Nothing", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output + run.Error);
    }

    [LinuxFact]
    public async Task Output_comes_while_the_script_runs()
    {
        var script = Script("""
            & /bin/sh -c 'echo ready; sleep 600'
            """);
        await PsHostRun.RunAsync(
            process =>
            {
                process.Kill(entireProcessTree: true);
                return Task.CompletedTask;
            },
            script).WaitAsync(Hang.Limit);
    }

    [LinuxFact]
    public async Task A_question_without_a_terminal_is_an_error_and_not_a_wait()
    {
        var run = await PsHostRun.RunAsync(Script("""
            [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param()
            if ($PSCmdlet.ShouldProcess('it')) { 'done' }
            """));

        Assert.Contains("no terminal", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("done", run.Lines);
    }

    [LinuxFact]
    public async Task WhatIf_shows_what_would_be_done()
    {
        var run = await PsHostRun.RunAsync(
            Script("[CmdletBinding(SupportsShouldProcess)] param() if ($PSCmdlet.ShouldProcess('the thing', 'Do')) { 'done' }"), "-WhatIf");

        Assert.Equal(["What if: Performing the operation \"Do\" on target \"the thing\"."], run.Lines);
    }

    [LinuxTheory]
    [InlineData]
    [InlineData("-Command")]
    [InlineData("missing.ps1")]
    public async Task A_command_line_that_makes_no_sense_is_explained(params string[] arguments)
    {
        var run = await PsHostRun.RunAsync(arguments);

        Assert.Equal(64, run.ExitCode);
        Assert.Contains("Usage: pshost", run.Error, StringComparison.Ordinal);
    }

    private string Script(string text) => _folder.File("script.ps1", text);
}
