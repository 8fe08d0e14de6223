using Buildpacks.Testing;
using Buildpacks.Testing.Processes;

namespace Buildpacks.Commands.Tests.Host;

public sealed class PsHostSignalTests : IDisposable
{
    private readonly TestFolder _folder = new("pshost");

    public void Dispose() => _folder.Dispose();

    [LinuxTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_stops_the_script_and_lets_it_clean_up(string signal, int exitCode)
    {
        var script = _folder.File("script.ps1", """
            try { Write-Host 'ready'; while ($true) { [Threading.Thread]::Sleep(50) } }
            finally { Write-Host 'cleaned up' }
            """);

        var run = await PsHostRun.RunAsync(
            async process =>
            {
                (await ToolRun.RunAsync("kill", ["-" + signal, $"{process.Id}"])).Checked();
            },
            script);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains("cleaned up", run.Lines);
    }

    [LinuxFact]
    public async Task A_second_signal_ends_a_script_that_does_not_stop()
    {
        var script = _folder.File("script.ps1", "Write-Host 'ready'; [Threading.Thread]::Sleep(600000)");

        var run = await PsHostRun.RunAsync(
            async process =>
            {
                (await ToolRun.RunAsync("kill", ["-INT", $"{process.Id}"])).Checked();
                await Task.Delay(500);
                (await ToolRun.RunAsync("kill", ["-INT", $"{process.Id}"])).Checked();
            },
            script);

        Assert.NotEqual(0, run.ExitCode);
    }
}
