using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Commands.Tests.Builds;

/// <summary>What tests/Build.Tests.ps1 does in PowerShell itself and no other test does here.</summary>
[Collection(EngineMachineTests.Name)]
public sealed class BuildScenarioTests(EngineMachine machine) : IDisposable
{
    private readonly PackSession _session = new();

    public static TheoryData<PackEngineKind> Engines => [PackEngineKind.Podman, PackEngineKind.Docker];

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task An_image_gets_every_name_that_was_asked_for(PackEngineKind kind)
    {
        await UseAsync(kind);

        var run = _session.Run(
            $"Invoke-PackBuild example.org/named/site -Path $args[0] -Tag example.org/named/site:v1 -Builder {SampleBuilder.Name} -Network none 6>$null | Get-PackImage",
            SampleFiles.App("static-site")).Checked();

        Assert.Empty(new[] { "example.org/named/site:v1", "example.org/named/site:latest" }.Except(Assert.Single(run.Of<PackImage>()).Tags));
    }

    [SkippableTheory]
    [MemberData(nameof(Engines))]
    public async Task Builds_run_side_by_side_in_runspaces_of_their_own(PackEngineKind kind)
    {
        await UseAsync(kind);

        var run = _session.Run(
            $$"""
            $manifest, $apps, $engine = $args
            'static-site', 'procfile' | ForEach-Object -Parallel {
                Import-Module $using:manifest
                Invoke-PackBuild "example.org/beside/$_" -Path "$using:apps/$_" -Builder {{SampleBuilder.Name}} -Network none -Engine $using:engine 6>$null
            }
            """,
            Checkout.Manifest, Path.GetDirectoryName(SampleFiles.App("static-site")), kind).Checked();

        Assert.Equal(
            ["example.org/beside/procfile:latest", "example.org/beside/static-site:latest"],
            run.Of<BuildResult>().Select(result => result.ImageName).Order(StringComparer.Ordinal));
    }

    private async Task UseAsync(PackEngineKind kind)
    {
        machine.Require(kind);
        await SampleBuilder.GetAsync(machine.Engine(kind));
        _session.Run("Set-PackEngine $args[0]", kind).Checked();
    }
}
