using System.Globalization;
using System.Reflection;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>The module's import in a new process, against that of a binary module with one empty cmdlet.</summary>
internal sealed class ImportBenchmark : IBenchmark
{
    private const double GoalMilliseconds = 150;

    private static readonly string Configuration = typeof(ImportBenchmark).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Configuration").Value!;

    /// <inheritdoc/>
    public string Name => "import";

    /// <inheritdoc/>
    public string Summary => "Import-Module in a new process, against that of an empty binary module";

    /// <inheritdoc/>
    public async Task<BenchmarkReport> RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var root = SampleFiles.Root;
        var host = Path.Combine(root, "src", "Buildpacks.Host", "bin", Configuration, "net10.0", "pshost");
        var module = Path.Combine(root, "Buildpacks.psd1");
        var empty = Path.Combine(root, "tests", "Buildpacks.EmptyModule", "bin", Configuration, "net8.0", "Buildpacks.EmptyModule.psd1");
        var comparison = await SideBySide.RunAsync(settings.Runs, () => ImportAsync(host, module), () => ImportAsync(host, empty), cancellationToken);
        return new BenchmarkReport(
        [
            new Figure(
                "Import-Module", Figure.Times(comparison.Ours), $"{Figure.Times(comparison.Bare)} an empty binary module",
                $"{Figure.Ratios(comparison.Ratio)}, {Figure.Whole(comparison.Difference.Median)} ms more",
                $"≤ {Figure.Whole(GoalMilliseconds)} ms more", comparison.Difference.Median <= GoalMilliseconds),
        ]);
    }

    private static async Task<TimeSpan> ImportAsync(string host, string module)
    {
        var script = $"""
            $watch = [Diagnostics.Stopwatch]::StartNew()
            Import-Module '{module}' -ErrorAction Stop
            [Console]::Out.Write($watch.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture))
            """;
        var answer = await ToolRun.RunAsync(host, ["-Command", script]);
        return TimeSpan.FromMilliseconds(double.Parse(answer.Checked(), CultureInfo.InvariantCulture));
    }
}
