using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Engines;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>The most memory that a process has while it publishes a huge app, against what it has when it is idle.</summary>
internal sealed class PublishMemoryBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const int Megabytes = 2048;
    private const int SmallMegabytes = 128;
    private const int GoalMegabytes = 60;

    /// <inheritdoc/>
    public override string Name => "publish-memory";

    /// <inheritdoc/>
    public override string Summary => "the memory of a publish of a 2 GB app";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        await using var registry = await PublishStage.StartAsync();
        using var app = new TestFolder("bench-big-publish");
        var megabytes = settings.IsSmall ? SmallMegabytes : Megabytes;

        // Half of it does not compress, so that it goes up in full.
        await LargeApp.FillAsync(app, megabytes / 2, megabytes / 2, cancellationToken);
        var request = await registry.PublishAsync(stage, BuildStage.Request("shell-web", "publish-memory"), "publish-memory-" + stage.Session.Name, cancellationToken);
        var script = BuildMemory.Script(
            ModuleHost.Module, stage.Session.Engine.Kind,
            $"{request.ImageName} -Path '{app.Path}' -Builder {SampleBuilder.Name} -RunImage {request.RunImage} -Network none -PullPolicy Never -Publish");
        var memory = BuildMemory.Read(await ModuleHost.RunAsync(script, stage.Session.Variables));
        if (memory.BytesSent < (long)megabytes << 20)
        {
            throw new InvalidOperationException($"the build sent {memory.BytesSent} bytes only");
        }

        var more = memory.Peak - memory.Idle;
        return new BenchmarkReport(
        [
            new Figure(
                $"Memory of a publish of an app of {megabytes:N0} MB, {stage.Session.Name}", $"{memory.Peak} MB at the peak", $"{memory.Idle} MB when idle",
                $"{more} MB more", $"≤ {GoalMegabytes} MB more", more <= GoalMegabytes),
        ]);
    }
}
