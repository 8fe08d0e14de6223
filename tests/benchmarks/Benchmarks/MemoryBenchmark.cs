using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Engines;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>The most memory that a process has while it builds a huge app on a huge run image, against what it has when it is idle.</summary>
internal sealed class MemoryBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const long Megabyte = 1 << 20;
    private const int AppMegabytes = 2048;
    private const int NoiseMegabytes = 256;
    private const int RunImageMegabytes = 1024;
    private const int GoalMegabytes = 150;

    /// <inheritdoc/>
    public override string Name => "memory";

    /// <inheritdoc/>
    public override string Summary => "the memory of a build of a 2 GB app on a 1 GB run image";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(
        BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        using var app = new TestFolder("bench-big-app");
        await LargeApp.FillAsync(app, AppMegabytes - NoiseMegabytes, NoiseMegabytes, cancellationToken);
        var runImage = new TestImage { Name = "localhost/bench/run-memory:latest", User = "1000:1000", Padding = RunImageMegabytes * Megabyte };
        await runImage.LoadAsync(stage.Session.Engine, cancellationToken);
        var script = BuildMemory.Script(
            ModuleHost.Module, stage.Session.Engine.Kind,
            $"localhost/bench/memory -Path '{app.Path}' -Builder {SampleBuilder.Name} -RunImage {runImage.Name} -Network none -PullPolicy Never");
        var memory = BuildMemory.Read(await ModuleHost.RunAsync(script, stage.Session.Variables));
        await stage.ForgetAsync(BuildStage.Request("shell-web", "memory"), cancellationToken);
        await stage.Session.Engine.Images.RemoveAsync(runImage.Name, force: false, cancellationToken);
        if (memory.BytesSent < AppMegabytes * Megabyte)
        {
            throw new InvalidOperationException($"the build sent {memory.BytesSent} bytes only");
        }

        var more = memory.Peak - memory.Idle;
        return new BenchmarkReport(
        [
            new Figure(
                $"Memory of a build of a 2 GB app on a run image of 1 GB, {stage.Session.Name}", $"{memory.Peak} MB at the peak", $"{memory.Idle} MB when idle",
                $"{more} MB more", $"≤ {GoalMegabytes} MB more", more <= GoalMegabytes),
        ]);
    }
}
