using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>A build of which nothing has changed, against the bare run of its container; and the calls to the engine that it takes.</summary>
internal sealed class RebuildBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const double RatioGoal = 1.5;
    private const int PodmanCallsGoal = 6;

    private static readonly string[] Apps = ["perl-app", "shell-web"];

    /// <inheritdoc/>
    public override string Name => "rebuild";

    /// <inheritdoc/>
    public override string Summary => "an unchanged rebuild, against the bare run of its container";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(
        BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        List<Figure> figures = [];
        List<Profile> profiles = [];
        foreach (var app in Apps)
        {
            var request = BuildStage.Request(app, "rebuild-" + app);
            await stage.BuildAsync(request, cancellationToken);
            using var bare = await stage.CaptureAsync(request, cancellationToken);
            List<BuildResult> results = [];
            var comparison = await SideBySide.RunAsync(
                settings.Runs,
                () => SideBySide.TimeAsync(async () => results.Add(await stage.BuildAsync(request, cancellationToken))),
                () => bare.RunAsync(cancellationToken),
                cancellationToken);
            if (results.FirstOrDefault(result => !result.Unchanged) is { } other)
            {
                throw new InvalidOperationException($"the rebuild of {other.ImageName} made another image");
            }

            figures.Add(Figure.Slower($"Unchanged rebuild of {app}, {stage.Session.Name}", comparison, "the creator's container alone", RatioGoal));
            profiles.Add(CallProfile.Of($"Unchanged rebuild of {app} on {stage.Session.Name}", results.Skip(1)));
            if (app == Apps[0])
            {
                figures.Add(Calls(stage, results[^1]));
            }
        }

        return new BenchmarkReport(figures, profiles);
    }

    private static Figure Calls(BuildStage stage, BuildResult result)
    {
        var count = result.EngineCalls.Count;
        return stage.Session.Engine.Kind == PackEngineKind.Podman
            ? new Figure($"Processes of a rebuild, {stage.Session.Name}", $"{count}", "", "", $"≤ {PodmanCallsGoal}", count <= PodmanCallsGoal)
            : new Figure($"Requests of a rebuild, {stage.Session.Name}", $"{count}", "", "");
    }
}
