using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Engines;
using Buildpacks.Benchmarks.Reporting;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>A benchmark that builds, on each engine.</summary>
/// <param name="stages">Engines with the sample builder.</param>
internal abstract class BuildBenchmark(BuildStages stages) : IBenchmark
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public async Task<BenchmarkReport> RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        List<BenchmarkReport> reports = [];
        foreach (var kind in settings.Engines)
        {
            try
            {
                reports.Add(await MeasureAsync(await stages.GetAsync(kind), settings, cancellationToken));
            }
            catch (EngineMissingException missing)
            {
                reports.Add(new BenchmarkReport([Figure.NotMeasured($"{Name}, {kind.ToString().ToLowerInvariant()}", missing.Message)]));
            }
        }

        return new BenchmarkReport([.. reports.SelectMany(report => report.Figures)], [.. reports.SelectMany(report => report.Profiles)]);
    }

    /// <summary>Measures one engine.</summary>
    protected abstract Task<BenchmarkReport> MeasureAsync(BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken);
}
