using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Host;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Commands.Tests.Builds;

/// <summary>Builds in a process of its own, where the core lives in the module's own load context as it does for users.</summary>
[Collection(EngineMachineTests.Name)]
public sealed class ProcessBuildTests(EngineMachine machine)
{
    public static TheoryData<PackEngineKind> Engines => [PackEngineKind.Podman, PackEngineKind.Docker];

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task A_script_builds_and_reads_the_result(PackEngineKind kind)
    {
        await UseAsync(kind);

        var run = await PsHostRun.CommandAsync($$"""
            Import-Module ./Buildpacks.psd1
            $result = Invoke-PackBuild example.org/process/site -Path '{{SampleFiles.App("static-site")}}' -Builder {{SampleBuilder.Name}} -Network none -Engine {{kind}} 6>$null
            "$($result.GetType()) $($result.Engine) $($result.Processes[0].Type) $(($result | Get-PackImage).RunImage -replace ':latest')"
            """);

        Assert.Equal([$"Buildpacks.BuildResult {kind} web {SampleBuilder.RunImage}"], run.Lines);
        Assert.Equal(("", 0), (run.Error, run.ExitCode));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task SIGINT_ends_a_build_with_130_and_leaves_no_container(PackEngineKind kind)
    {
        await UseAsync(kind);

        var run = await PsHostRun.RunAsync(
            async process =>
            {
                await Task.Delay(1200);
                (await ToolRun.RunAsync("kill", ["-INT", $"{process.Id}"])).Checked();
            },
            "-Command",
            $$"""
            Import-Module ./Buildpacks.psd1
            $null = Get-PackEngine -Engine {{kind}}
            Write-Host 'ready'
            while ($true) { $null = Invoke-PackBuild example.org/process/stopped -Path '{{SampleFiles.App("perl-app")}}' -Builder {{SampleBuilder.Name}} -Network none -Engine {{kind}} }
            """);

        Assert.Equal(130, run.ExitCode);
        Assert.Empty((await machine.Engine(kind).RunAsync("ps", "--all", "--quiet")).Checked().Trim());
    }

    private async Task UseAsync(PackEngineKind kind)
    {
        machine.Require(kind);
        await SampleBuilder.GetAsync(machine.Engine(kind));
    }
}
