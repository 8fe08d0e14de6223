using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Stores.Rebasing;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>A new run image under an app image, in a registry and in an engine.</summary>
internal sealed class RebaseBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const double RegistryGoal = 150;
    private const double EngineGoal = 400;
    private const long LargestSent = 64 * 1024;

    private static readonly SilentSink Sink = new();

    /// <inheritdoc/>
    public override string Name => "rebase";

    /// <inheritdoc/>
    public override string Summary => "a new run image under an app image, in the registry and in the engine";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        await using var registry = await PublishStage.StartAsync();
        var name = stage.Session.Name;
        string[] runImages = ["localhost/bench/rebase-one:latest", "localhost/bench/rebase-two:latest"];
        foreach (var runImage in runImages)
        {
            await new TestImage { Name = runImage, User = "1000:1000", Files = new Dictionary<string, string> { ["/base.txt"] = runImage }, Padding = settings.IsSmall ? 1 << 20 : 256 << 20 }
                .LoadAsync(stage.Session.Engine, cancellationToken);
        }

        var local = BuildStage.Request("perl-app", "rebase") with { RunImage = runImages[0] };
        await stage.BuildAsync(local, cancellationToken);
        var inEngine = await AlternateAsync(settings, runImages, runImage =>
            ImageRebaser.RebaseAsync(new RebaseRequest(local.ImageName) { RunImage = runImage, Force = true }, stage.Session.Engine, Sink, cancellationToken));
        List<Figure> figures = [Below($"Update of the run image in {name}, perl-app on a run image of 256 MB", inEngine.Times, EngineGoal)];

        string[] remote = [.. await Task.WhenAll(runImages.Select((runImage, i) => registry.PushAsync(stage.Session.Engine, runImage, $"rebase-{name}-{i}", cancellationToken)))];
        var published = await registry.PublishAsync(stage, BuildStage.Request("perl-app", "rebase-published"), $"rebased-{name}", cancellationToken) with { RunImage = remote[0] };
        await stage.BuildAsync(published, cancellationToken);
        var access = new RegistryAccess();
        var inRegistry = await AlternateAsync(settings, remote, runImage =>
            ImageRebaser.RebaseAsync(new RebaseRequest(published.ImageName) { RunImage = runImage, Force = true }, access, Sink, cancellationToken));
        var moved = inRegistry.Updates.Max(update => update.BytesMoved);
        figures.Add(Below($"Update of the run image in the registry, an image of {name}", inRegistry.Times, RegistryGoal));
        figures.Add(new Figure("Bytes moved by it", $"{moved:N0}", "", "", $"≤ {LargestSent:N0}", moved <= LargestSent));
        foreach (var runImage in runImages)
        {
            await stage.Session.Engine.Images.RemoveAsync(runImage, force: true, cancellationToken);
        }

        return new BenchmarkReport(figures);
    }

    /// <summary>Updates to one run image and the other in turns.</summary>
    private static async Task<(Series Times, IReadOnlyList<PackImageUpdate> Updates)> AlternateAsync(
        BenchmarkSettings settings, string[] runImages, Func<string, Task<PackImageUpdate>> update)
    {
        // The first round does not count.
        await update(runImages[1]);
        await update(runImages[0]);
        List<PackImageUpdate> updates = [];
        for (var run = 0; run < settings.Runs; run++)
        {
            updates.Add(await update(runImages[(run + 1) % 2]));
            if (updates[^1].Unchanged)
            {
                throw new InvalidOperationException("the image has the run image already");
            }
        }

        return (new Series(updates.Select(each => each.Duration.TotalMilliseconds)), updates);
    }

    private static Figure Below(string what, Series times, double goal) => new(what, Figure.Times(times), "", "", $"≤ {Figure.Whole(goal)} ms", times.Median <= goal);
}
