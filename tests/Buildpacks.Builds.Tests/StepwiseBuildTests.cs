using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;

namespace Buildpacks.Builds.Tests;

/// <summary>Builds on podman that go step by step, as those do of a builder without tar and those of a podman that is a service's client.</summary>
public abstract class StepwiseBuildTests(IBuildFixture fixture)
{
    /// <summary>What the tests of derived classes use.</summary>
    private protected IBuildFixture Fixture => fixture;

    private static readonly string[] Steps =
    [
        EngineOperation.ImageInspect, EngineOperation.ContainerCreate, EngineOperation.CopyToContainer, EngineOperation.ContainerAttach,
        EngineOperation.ContainerRemove,
    ];

    [SkippableFact]
    public async Task The_image_is_the_same_step_by_step_and_in_one_run()
    {
        await using var whole = new BuildBench(fixture);
        await using var steps = new BuildBench(fixture);
        await steps.RunStepwiseAsync();
        var request = whole.Request with { Path = steps.App };

        var first = await whole.BuildAsync(request);
        var same = await steps.BuildAsync(request with { ImageName = steps.Name });
        var again = await steps.BuildAsync(request);

        Assert.Equal(first.LayersAdded, same.LayersAdded);
        Assert.Equal((first.Id, true), (again.Id, again.Unchanged));
        Assert.Equal([EngineOperation.ImageInspect, EngineOperation.VolumeCreate, EngineOperation.ContainerRun, EngineOperation.ImageLoad], Operations(first).Distinct());
        Assert.Equal("hello\n", await steps.RunImageAsync("--entrypoint", "show", steps.Name));
    }

    [SkippableFact]
    public async Task An_unchanged_rebuild_takes_two_processes_or_five()
    {
        await using var bench = new BuildBench(fixture);
        await bench.BuildAsync();
        await bench.BuildAsync();

        var whole = await bench.BuildAsync();
        await bench.RunStepwiseAsync();
        await bench.BuildAsync();
        var steps = await bench.BuildAsync();

        Assert.Equal([EngineOperation.ImageInspect, EngineOperation.ContainerRun], Operations(whole));
        Assert.Equal(Steps, Operations(steps));
        Assert.Equal((whole.Id, true, true), (steps.Id, whole.Unchanged, steps.Unchanged));
    }

    [SkippableFact]
    public async Task A_build_that_is_stopped_leaves_nothing()
    {
        await using var bench = new BuildBench(fixture);
        await bench.RunStepwiseAsync();
        bench.Write("sleep", "600");
        using var stop = new CancellationTokenSource();
        var sink = new RecordingSink { OnOutput = line => { if (line.Text == "sleeping") { stop.Cancel(); } } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.BuildAsync(sink: sink, cancellationToken: stop.Token));

        Assert.Empty(await bench.LeftoversAsync());
        Assert.Empty(bench.LeftFiles());
    }

    private protected static IEnumerable<string> Operations(BuildResult result) => result.EngineCalls.Select(call => call.Operation);
}

/// <summary>Builds step by step for which it does not matter who the engine runs as.</summary>
public abstract class FullStepwiseBuildTests(IBuildFixture fixture) : StepwiseBuildTests(fixture)
{
    [SkippableFact]
    public async Task A_failure_is_the_same_step_by_step()
    {
        await using var bench = new BuildBench(Fixture);
        bench.Write("fail", "");
        var whole = await bench.FailAsync();
        await bench.RunStepwiseAsync();
        var steps = await bench.FailAsync();

        Assert.Equal((whole.ErrorId, whole.ExitCode, whole.Phase, whole.Message), (steps.ErrorId, steps.ExitCode, steps.Phase, steps.Message));

        // What comes on two streams comes in no order of the two.
        Assert.Equal(whole.Output.Order(StringComparer.Ordinal), steps.Output.Order(StringComparer.Ordinal));
        Assert.Empty(await bench.LeftoversAsync());
    }

    [SkippableFact]
    public async Task A_builder_whose_shell_finds_no_tar_is_run_step_by_step_from_the_first_build_on()
    {
        // A shell that fails as one without tar does, unless it is called for another reason.
        var builder = await WaywardBuilder.MakeAsync(
            Fixture, "#!/bin/ash\necho the creator ran\nexit 5\n", files: new Dictionary<string, string> { ["bin/sh"] = "#!/bin/ash\nexit 127\n" });
        await using var bench = new BuildBench(Fixture);
        var sink = new RecordingSink();

        var first = await bench.FailAsync(WaywardBuilder.Request(bench, builder), sink);
        var tried = bench.Calls.Calls.Select(call => call.Operation).ToList();
        await bench.FailAsync(WaywardBuilder.Request(bench, builder));
        var remembered = bench.Calls.Calls.Select(call => call.Operation).ToList();

        Assert.Equal(("LifecycleFailed", 5), (first.ErrorId, first.ExitCode));
        Assert.Contains("the creator ran", sink.Text, StringComparison.Ordinal);
        Assert.Contains(EngineOperation.ContainerRun, tried);
        Assert.Contains(EngineOperation.ContainerCreate, tried);
        Assert.DoesNotContain(EngineOperation.ContainerRun, remembered);
        Assert.Empty(sink.Messages(PackLogLevel.Warning));
        Assert.Empty(await bench.LeftoversAsync());
    }

    [SkippableFact]
    public async Task A_lifecycle_that_speaks_other_versions_is_run_once_and_the_next_build_in_one_run_again()
    {
        var builder = await WaywardBuilder.MakeAsync(Fixture, "#!/bin/sh\necho the creator ran\nexit 12\n");
        await using var bench = new BuildBench(Fixture);
        var sink = new RecordingSink();

        var first = await bench.FailAsync(WaywardBuilder.Request(bench, builder), sink);
        await bench.FailAsync(WaywardBuilder.Request(bench, builder));

        Assert.Equal("IncompatibleApi", first.ErrorId);
        Assert.Single(sink.Text.Split('\n'), line => line.Contains("the creator ran", StringComparison.Ordinal));
        Assert.Contains(EngineOperation.ContainerRun, bench.Calls.Calls.Select(call => call.Operation));
    }

    [SkippableFact]
    public async Task A_buildpack_whose_programs_outlive_it_and_write_on_cannot_spoil_the_image()
    {
        await using var bench = new BuildBench(Fixture);
        bench.Write("run", "(while :; do echo noise; done) &\n");
        var sink = new RecordingSink();

        var result = await bench.BuildAsync(sink: sink);

        Assert.Contains("noise", sink.Text, StringComparison.Ordinal);
        Assert.Contains(EngineOperation.ContainerCreate, Operations(result));
        Assert.Equal("hello\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
        Assert.Empty(bench.LeftFiles());
    }
}
