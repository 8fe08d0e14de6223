using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Engines;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>What an image of a registry is, once and fifty times.</summary>
internal sealed class InspectBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const double Goal = 60;
    private const int Images = 50;

    private static readonly SilentSink Sink = new();

    /// <inheritdoc/>
    public override string Name => "inspect";

    /// <inheritdoc/>
    public override string Summary => "an image of a registry, and 50 images at once against one after the other";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        if (stage.Session.Engine.Kind != settings.Engines[0])
        {
            // The images come from an engine, and the engine has no part in what is measured.
            return new BenchmarkReport([]);
        }

        await using var registry = await PublishStage.StartAsync();
        var request = await registry.PublishAsync(stage, BuildStage.Request("perl-app", "inspect"), "inspected", cancellationToken);
        string[] names = [.. Enumerable.Range(0, Images).Select(number => registry.Name("inspected") + $":{number}")];
        await stage.BuildAsync(request with { Tags = names }, cancellationToken);
        var access = new RegistryAccess();
        var count = 0;
        List<TimeSpan> single = [];
        for (var run = 0; run <= settings.Runs; run++)
        {
            single.Add(await SideBySide.TimeAsync(() => InspectAsync([names[count++ % Images]])));
        }

        var comparison = await SideBySide.RunAsync(
            settings.FewRuns,
            () => SideBySide.TimeAsync(() => InspectAsync(names)),
            () => SideBySide.TimeAsync(async () =>
            {
                foreach (var name in names)
                {
                    await InspectAsync([name]);
                }
            }),
            cancellationToken);
        var times = new Series(single.Skip(1).Select(time => time.TotalMilliseconds));
        return new BenchmarkReport(
        [
            new Figure("Get-PackImage of an image in a registry, without PowerShell", Figure.Times(times), "", "", $"≤ {Figure.Whole(Goal)} ms", times.Median <= Goal),
            Figure.Slower($"{Images} images of a registry at once", comparison, "one after the other", 1.0),
        ]);

        async Task InspectAsync(string[] images)
        {
            var found = await RegistryCatalog.FindAsync(images, access, runImages: null, Sink, cancellationToken);
            if (found.FirstOrDefault(finding => finding.Failure is not null) is { } failed)
            {
                throw failed.Failure!;
            }
        }
    }
}
