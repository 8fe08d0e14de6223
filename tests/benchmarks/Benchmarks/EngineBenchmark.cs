using Buildpacks.Benchmarks.Engines;
using Buildpacks.Benchmarks.Reporting;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>A benchmark that is the same for each engine, each with a store of its own.</summary>
internal abstract class EngineBenchmark : IBenchmark
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public async Task<BenchmarkReport> RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        List<Figure> figures = [];
        foreach (var kind in settings.Engines)
        {
            try
            {
                await using var session = await EngineSession.StartAsync(kind);
                figures.AddRange(await MeasureAsync(session, settings, cancellationToken));
            }
            catch (EngineMissingException missing)
            {
                figures.Add(Figure.NotMeasured($"{Name}, {kind.ToString().ToLowerInvariant()}", missing.Message));
            }
        }

        return new BenchmarkReport(figures);
    }

    /// <summary>Measures one engine.</summary>
    protected abstract Task<IReadOnlyList<Figure>> MeasureAsync(EngineSession session, BenchmarkSettings settings, CancellationToken cancellationToken);
}
