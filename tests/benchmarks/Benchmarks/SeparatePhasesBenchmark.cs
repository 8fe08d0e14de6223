using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>An unchanged rebuild whose phases run in two containers, against one container.</summary>
internal sealed class SeparatePhasesBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const double RatioGoal = 1.6;

    /// <inheritdoc/>
    public override string Name => "separate";

    /// <inheritdoc/>
    public override string Summary => "an unchanged rebuild with -SeparatePhases, against one without";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(
        BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var whole = BuildStage.Request("perl-app", "phases-whole");
        var separate = BuildStage.Request("perl-app", "phases-separate") with { SeparatePhases = true };
        await stage.BuildAsync(whole, cancellationToken);
        await stage.BuildAsync(separate, cancellationToken);
        var comparison = await SideBySide.RunAsync(
            settings.Runs,
            () => SideBySide.TimeAsync(() => stage.BuildAsync(separate, cancellationToken)),
            () => SideBySide.TimeAsync(() => stage.BuildAsync(whole, cancellationToken)),
            cancellationToken);
        return new BenchmarkReport([Figure.Slower($"Unchanged rebuild of perl-app with -SeparatePhases, {stage.Session.Name}", comparison, "one container", RatioGoal)], []);
    }
}
