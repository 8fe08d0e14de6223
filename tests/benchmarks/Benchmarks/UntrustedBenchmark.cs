using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>An unchanged rebuild with a builder that nobody trusts, against the same builder trusted.</summary>
internal sealed class UntrustedBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const double RatioGoal = 1.05;

    /// <inheritdoc/>
    public override string Name => "untrusted";

    /// <inheritdoc/>
    public override string Summary => "an unchanged rebuild with an untrusted builder, against a trusted one";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(
        BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var trusted = BuildStage.Request("perl-app", "builder-trusted") with { TrustBuilder = true };
        var untrusted = BuildStage.Request("perl-app", "builder-untrusted");
        await stage.BuildAsync(trusted, cancellationToken);
        await stage.BuildAsync(untrusted, cancellationToken);
        var comparison = await SideBySide.RunAsync(
            settings.Runs,
            () => SideBySide.TimeAsync(() => stage.BuildAsync(untrusted, cancellationToken)),
            () => SideBySide.TimeAsync(() => stage.BuildAsync(trusted, cancellationToken)),
            cancellationToken);
        return new BenchmarkReport([Figure.Slower($"Unchanged rebuild of perl-app with an untrusted builder, {stage.Session.Name}", comparison, "a trusted builder", RatioGoal)], []);
    }
}
