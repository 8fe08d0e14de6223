using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Testing;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>A build without image and caches, against the bare run of its container and the plain loading of its image.</summary>
internal sealed class FirstBuildBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const string App = "perl-app";

    /// <inheritdoc/>
    public override string Name => "first-build";

    /// <inheritdoc/>
    public override string Summary => "a first build, against the bare run of its container and a plain load of its image";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(
        BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        using var folder = new TestFolder("bench-save");
        var request = BuildStage.Request(App, "first");
        using var bare = await stage.CaptureAsync(request, cancellationToken);
        var archive = await SaveAsync(stage, request.ImageName, folder["image.tar"], cancellationToken);
        List<BuildResult> results = [];
        var comparison = await SideBySide.RunAsync(settings.FewRuns, BuildAsync, BareAsync, cancellationToken);
        return new BenchmarkReport(
            [Figure.Slower($"First build of {App}, {stage.Session.Name}", comparison, "the creator's container and a plain load")],
            [CallProfile.Of($"First build of {App} on {stage.Session.Name}", results.Skip(1))]);

        async Task<TimeSpan> BuildAsync()
        {
            await stage.ForgetAsync(request, cancellationToken);
            return await SideBySide.TimeAsync(async () => results.Add(await stage.BuildAsync(request, cancellationToken)));
        }

        async Task<TimeSpan> BareAsync()
        {
            await stage.ForgetAsync(request, cancellationToken);
            var run = await bare.RunAsync(cancellationToken);
            return run + await SideBySide.TimeAsync(() => stage.Session.Bare.LoadAsync(archive));
        }
    }

    private static async Task<string> SaveAsync(BuildStage stage, string image, string path, CancellationToken cancellationToken)
    {
        await using var archive = await stage.Session.Engine.Images.SaveAsync([image], cancellationToken);
        await using var file = File.Create(path);
        await archive.CopyToAsync(file, cancellationToken);
        return path;
    }
}
