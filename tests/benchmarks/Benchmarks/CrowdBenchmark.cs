using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Engines;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>The same rebuild on an engine that holds much else, and on one that holds nothing else.</summary>
internal sealed class CrowdBenchmark : IBenchmark
{
    private const string App = "shell-web";
    private const double RatioGoal = 1.1;

    private static readonly Crowd Crowd = new(Images: 2000, Volumes: 500, Containers: 200);

    /// <inheritdoc/>
    public string Name => "crowd";

    /// <inheritdoc/>
    public string Summary => $"a rebuild beside {Crowd}, against one on an empty engine";

    /// <inheritdoc/>
    public async Task<BenchmarkReport> RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        List<Figure> figures = [];
        foreach (var kind in settings.Engines)
        {
            try
            {
                await using var crowded = await BuildStage.StartAsync(kind);
                await using var empty = await BuildStage.StartAsync(kind);
                figures.AddRange(await MeasureAsync(crowded, empty, settings, cancellationToken));
            }
            catch (EngineMissingException missing)
            {
                figures.Add(Figure.NotMeasured($"{Name}, {kind.ToString().ToLowerInvariant()}", missing.Message));
            }
        }

        return new BenchmarkReport(figures);
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BuildStage crowded, BuildStage empty, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        await Crowd.GatherAsync(crowded, cancellationToken);
        var request = BuildStage.Request(App, "crowd");
        await crowded.BuildAsync(request, cancellationToken);
        await empty.BuildAsync(request, cancellationToken);
        using var bare = await crowded.CaptureAsync(request, cancellationToken);
        var rebuild = await SideBySide.RunAsync(settings.Runs, () => RebuildAsync(crowded), () => RebuildAsync(empty), cancellationToken);
        var container = await SideBySide.RunAsync(settings.FewRuns, () => RebuildAsync(crowded), () => bare.RunAsync(cancellationToken), cancellationToken);
        var name = crowded.Session.Name;
        return
        [
            Figure.Slower($"Rebuild beside {Crowd}, {name}", rebuild, "on an empty engine", RatioGoal),
            Figure.Slower($"The same, {name}", container, "the creator's container alone, in the same crowd"),
        ];

        Task<TimeSpan> RebuildAsync(BuildStage stage) => SideBySide.TimeAsync(() => stage.BuildAsync(request, cancellationToken));
    }
}
