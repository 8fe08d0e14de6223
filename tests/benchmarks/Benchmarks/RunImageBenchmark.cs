using System.Globalization;
using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Builds;
using Buildpacks.Testing.Images;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>The same rebuild on a run image of 1 GB and on a small one.</summary>
internal sealed class RunImageBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const string App = "shell-web";
    private const long Big = 1_000_000_000;
    private const double TimeGoal = 1.1;
    private const long BytesGoal = 64 * 1024;

    /// <inheritdoc/>
    public override string Name => "run-image";

    /// <inheritdoc/>
    public override string Summary => "a rebuild on a run image of 1 GB, against one of 2 MB";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(
        BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        var big = await PrepareAsync(stage, "big", Big, cancellationToken);
        var small = await PrepareAsync(stage, "small", padding: 0, cancellationToken);
        List<BuildResult> bigResults = [], smallResults = [];
        var comparison = await SideBySide.RunAsync(
            settings.Runs, () => RebuildAsync(big, bigResults), () => RebuildAsync(small, smallResults), cancellationToken);
        await stage.Session.Engine.Images.RemoveAsync(big.ImageName, force: false, cancellationToken);
        await stage.Session.Engine.Images.RemoveAsync(big.RunImage!, force: false, cancellationToken);

        var (bigBytes, smallBytes) = (Bytes(bigResults[^1]), Bytes(smallResults[^1]));
        return new BenchmarkReport(
        [
            Figure.Slower($"Rebuild on a run image of 1 GB, {stage.Session.Name}", comparison, "on one of 2 MB", TimeGoal),
            new Figure(
                $"Bytes moved by it, {stage.Session.Name}", Number(bigBytes), $"{Number(smallBytes)} with the small one",
                $"{Number(bigBytes - smallBytes)} more", $"≤ {Number(BytesGoal)} more", bigBytes - smallBytes <= BytesGoal),
        ]);

        async Task<TimeSpan> RebuildAsync(BuildRequest request, List<BuildResult> results) =>
            await SideBySide.TimeAsync(async () => results.Add(await stage.BuildAsync(request, cancellationToken)));
    }

    private static async Task<BuildRequest> PrepareAsync(BuildStage stage, string size, long padding, CancellationToken cancellationToken)
    {
        var runImage = new TestImage { Name = $"localhost/bench/run-{size}:latest", User = "1000:1000", Padding = padding };
        await runImage.LoadAsync(stage.Session.Engine, cancellationToken);
        var request = BuildStage.Request(App, "on-" + size) with { RunImage = runImage.Name };
        await stage.BuildAsync(request, cancellationToken);
        return request;
    }

    private static long Bytes(BuildResult result) => result.BytesSent + result.BytesReceived;

    private static string Number(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);
}
