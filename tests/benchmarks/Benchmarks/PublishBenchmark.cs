using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>An unchanged build that publishes, against one into the engine's store; and the bytes that go up.</summary>
internal sealed class PublishBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const double RatioGoal = 1.1;

    /// <inheritdoc/>
    public override string Name => "publish";

    /// <inheritdoc/>
    public override string Summary => "an unchanged publish, against an unchanged build into the engine";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        await using var registry = await PublishStage.StartAsync();
        var local = BuildStage.Request("perl-app", "publish-none");
        var published = await registry.PublishAsync(stage, local, "perl-app", cancellationToken);
        await stage.BuildAsync(local, cancellationToken);
        await stage.BuildAsync(published, cancellationToken);
        List<BuildResult> results = [];
        var comparison = await SideBySide.RunAsync(
            settings.Runs,
            () => SideBySide.TimeAsync(async () => results.Add(await stage.BuildAsync(published, cancellationToken))),
            () => SideBySide.TimeAsync(() => stage.BuildAsync(local, cancellationToken)),
            cancellationToken);
        if (results.FirstOrDefault(result => !result.Unchanged) is { } other)
        {
            throw new InvalidOperationException($"the publish of {other.ImageName} made another image");
        }

        var sent = results[^1].EngineCalls.Where(call => call.Registry is not null).Sum(call => call.BytesSent);
        var name = stage.Session.Name;
        return new BenchmarkReport(
        [
            Figure.Slower($"Unchanged publish of perl-app, {name}", comparison, "into the engine", RatioGoal),
            new Figure($"Bytes sent to the registry by it, {name}", $"{sent:N0}", "", "", "0", sent == 0),
        ],
        [CallProfile.Of($"Unchanged publish of perl-app on {name}", results.Skip(1))]);
    }
}
