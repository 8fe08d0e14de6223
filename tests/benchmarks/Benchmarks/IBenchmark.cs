using Buildpacks.Benchmarks.Reporting;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>Something to measure.</summary>
internal interface IBenchmark
{
    /// <summary>What it is called on the command line.</summary>
    string Name { get; }

    /// <summary>What it measures, in a sentence.</summary>
    string Summary { get; }

    /// <summary>Measures.</summary>
    /// <param name="settings">How often, and on which engines.</param>
    /// <param name="cancellationToken">Ends the measuring between two runs.</param>
    /// <returns>What came out.</returns>
    Task<BenchmarkReport> RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken);
}
