using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Testing;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>An unchanged rebuild with two buildpacks from folders, against the same without them.</summary>
internal sealed class AddedBuildpacksBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const double RatioGoal = 1.1;

    /// <inheritdoc/>
    public override string Name => "added";

    /// <inheritdoc/>
    public override string Summary => "an unchanged rebuild with two buildpacks from folders, against one without";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(
        BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        using var folder = new TestFolder("added");
        foreach (var name in new[] { "first", "second" })
        {
            folder.File(name + "/buildpack.toml", $"api = '0.10'\n[buildpack]\nid = 'bench/{name}'\nversion = '1'\n");
            folder.File(name + "/bin/detect", "#!/bin/sh\n");
            folder.File(name + "/bin/build", "#!/bin/sh\n");
        }

        var plain = BuildStage.Request("perl-app", "added-none");
        var added = BuildStage.Request("perl-app", "added-two") with { PostBuildpacks = [folder["first"], folder["second"]] };
        await stage.BuildAsync(plain, cancellationToken);
        await stage.BuildAsync(added, cancellationToken);
        var comparison = await SideBySide.RunAsync(
            settings.Runs,
            () => SideBySide.TimeAsync(() => stage.BuildAsync(added, cancellationToken)),
            () => SideBySide.TimeAsync(() => stage.BuildAsync(plain, cancellationToken)),
            cancellationToken);
        return new BenchmarkReport(
            [Figure.Slower($"Unchanged rebuild of perl-app with two buildpacks from folders, {stage.Session.Name}", comparison, "without them", RatioGoal)], []);
    }
}
