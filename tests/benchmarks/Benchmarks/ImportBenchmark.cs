using System.Globalization;
using Buildpacks.Benchmarks.Engines;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>The module's import in a new process, against that of a binary module with one empty cmdlet.</summary>
internal sealed class ImportBenchmark : IBenchmark
{
    private const double GoalMilliseconds = 150;

    /// <inheritdoc/>
    public string Name => "import";

    /// <inheritdoc/>
    public string Summary => "Import-Module in a new process, against that of an empty binary module";

    /// <inheritdoc/>
    public async Task<BenchmarkReport> RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var comparison = await SideBySide.RunAsync(
            settings.Runs, () => ImportAsync(ModuleHost.Module), () => ImportAsync(ModuleHost.EmptyModule), cancellationToken);
        return new BenchmarkReport(
        [
            new Figure(
                "Import-Module", Figure.Times(comparison.Ours), $"{Figure.Times(comparison.Bare)} an empty binary module",
                $"{Figure.Ratios(comparison.Ratio)}, {Figure.Whole(comparison.Difference.Median)} ms more",
                $"≤ {Figure.Whole(GoalMilliseconds)} ms more", comparison.Difference.Median <= GoalMilliseconds),
        ]);
    }

    private static async Task<TimeSpan> ImportAsync(string module)
    {
        var script = $"""
            $watch = [Diagnostics.Stopwatch]::StartNew()
            Import-Module '{module}' -ErrorAction Stop
            [Console]::Out.Write($watch.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture))
            """;
        return TimeSpan.FromMilliseconds(double.Parse(await ModuleHost.RunAsync(script), CultureInfo.InvariantCulture));
    }
}
