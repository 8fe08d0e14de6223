using System.Globalization;
using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Engines;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;
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
        await FillAsync(app, cancellationToken);
        var runImage = new TestImage { Name = "localhost/bench/run-memory:latest", User = "1000:1000", Padding = RunImageMegabytes * Megabyte };
        await runImage.LoadAsync(stage.Session.Engine, cancellationToken);
        var kind = stage.Session.Engine.Kind;
        var answer = await ModuleHost.RunAsync(
            $$"""
            function Get-Status([string] $Name) {
                foreach ($line in [IO.File]::ReadAllLines('/proc/self/status')) { if ($line.StartsWith("$Name`:")) { [int] ($line -replace '\D') } }
            }
            Import-Module '{{ModuleHost.Module}}'
            $null = Get-PackEngine -Engine {{kind}}
            $idle = Get-Status VmRSS
            $build = Invoke-PackBuild localhost/bench/memory -Path '{{app.Path}}' -Builder {{SampleBuilder.Name}} -RunImage {{runImage.Name}} -Network none -PullPolicy Never -Engine {{kind}} 6>$null
            "$($build.BytesSent) $idle $(Get-Status VmHWM)"
            """,
            stage.Session.Variables);
        await stage.ForgetAsync(BuildStage.Request("shell-web", "memory"), cancellationToken);
        await stage.Session.Engine.RemoveImageAsync(runImage.Name, force: false, cancellationToken);
        var numbers = answer.Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        if (numbers[0] < AppMegabytes * Megabyte)
        {
            throw new InvalidOperationException($"the build sent {numbers[0]} bytes only");
        }

        var (idle, peak) = (numbers[1] >> 10, numbers[2] >> 10);
        return new BenchmarkReport(
        [
            new Figure(
                $"Memory of a build of a 2 GB app on a run image of 1 GB, {stage.Session.Name}", $"{peak} MB at the peak", $"{idle} MB when idle",
                $"{peak - idle} MB more", $"≤ {GoalMegabytes} MB more", peak - idle <= GoalMegabytes),
        ]);
    }

    /// <summary>The sample app with a large file that compresses and one that does not.</summary>
    private static async Task FillAsync(TestFolder app, CancellationToken cancellationToken)
    {
        var sample = SampleFiles.App("shell-web");
        foreach (var file in Directory.EnumerateFiles(sample, "*", SearchOption.AllDirectories))
        {
            app.File(Path.GetRelativePath(sample, file), await File.ReadAllTextAsync(file, cancellationToken));
        }

        await using var zeros = File.Create(app["zeros.bin"]);
        zeros.SetLength((AppMegabytes - NoiseMegabytes) * Megabyte);
        await using var noise = File.Create(app["noise.bin"]);
        await new NoiseStream(NoiseMegabytes * Megabyte).CopyToAsync(noise, cancellationToken);
    }
}
