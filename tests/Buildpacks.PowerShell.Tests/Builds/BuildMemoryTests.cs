using Buildpacks.Commands.Tests.Engines;
using Buildpacks.Commands.Tests.Host;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Samples;
using Xunit.Abstractions;

namespace Buildpacks.Commands.Tests.Builds;

/// <summary>
/// The memory of a process that builds, over what it has when it is idle: the same for any size of app and run image. An app of 200 MB
/// by default; with <c>BUILDPACKS_TEST_MEGABYTES=2048</c> one of 2 GB on a run image of half that. The bound is the same.
/// </summary>
[Collection(EngineMachineTests.Name)]
[Trait("Category", "Long")]
public sealed class BuildMemoryTests(EngineMachine machine, ITestOutputHelper output)
{
    private const int UsualMegabytes = 200;
    private const int BoundMegabytes = 150;

    private static readonly int Megabytes =
        int.TryParse(Environment.GetEnvironmentVariable("BUILDPACKS_TEST_MEGABYTES"), out var megabytes) ? megabytes : UsualMegabytes;

    [SkippableTheory]
    [InlineData(PackEngineKind.Podman)]
    [InlineData(PackEngineKind.Docker)]
    public async Task A_build_takes_little_memory_whatever_the_size_of_the_app(PackEngineKind kind)
    {
        machine.Require(kind);
        await SampleBuilder.GetAsync(machine.Engine(kind));
        using var app = new TestFolder("big-app");
        await LargeApp.FillAsync(app, Megabytes, Megabytes / 6);

        var run = await PsHostRun.CommandAsync(BuildMemory.Script(
            "./Buildpacks.psd1", kind,
            $"example.org/memory/{kind.ToString().ToLowerInvariant()} -Path '{app.Path}' -Builder {SampleBuilder.Name} {await RunImageAsync(kind)} -Network none"));

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        var memory = BuildMemory.Read(run.Lines.Single());
        output.WriteLine($"{kind}, app of {Megabytes} MB: {memory.Idle} MB when idle, {memory.Peak} MB at the peak of the build");
        Assert.InRange(memory.BytesSent, (long)Megabytes << 20, long.MaxValue);
        Assert.InRange(memory.Peak - memory.Idle, 0, BoundMegabytes);
    }

    private async Task<string> RunImageAsync(PackEngineKind kind)
    {
        if (Megabytes <= UsualMegabytes)
        {
            return "";
        }

        await using var engine = machine.Engine(kind).CreateEngine();
        return "-RunImage " + await new TestImage { Name = "localhost/memory/run:1", User = "1000:1000", Padding = (long)Megabytes << 19 }.LoadAsync(engine);
    }
}
