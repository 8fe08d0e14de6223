using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>An unchanged rebuild as builders with an old lifecycle have it, against the usual one.</summary>
internal sealed class RegistryRouteBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const double RatioGoal = 2.5;

    /// <inheritdoc/>
    public override string Name => "registry-route";

    /// <inheritdoc/>
    public override string Summary => "an unchanged rebuild on the export route Registry, against the route Layout";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(
        BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var layout = BuildStage.Request("perl-app", "route-layout");
        var registry = BuildStage.Request("perl-app", "route-registry") with { ExportRoute = ExportRoute.Registry };
        await stage.BuildAsync(layout, cancellationToken);
        await stage.BuildAsync(registry, cancellationToken);
        var comparison = await SideBySide.RunAsync(
            settings.Runs,
            () => SideBySide.TimeAsync(() => stage.BuildAsync(registry, cancellationToken)),
            () => SideBySide.TimeAsync(() => stage.BuildAsync(layout, cancellationToken)),
            cancellationToken);
        return new BenchmarkReport(
            [Figure.Slower($"Unchanged rebuild of perl-app as with an old lifecycle, {stage.Session.Name}", comparison, "the route Layout", RatioGoal)], []);
    }
}
