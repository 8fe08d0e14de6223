using Buildpacks.Benchmarks.Builds;
using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Builds;

namespace Buildpacks.Benchmarks.Benchmarks;

/// <summary>Eight first builds at the same time, against the same eight one after the other.</summary>
internal sealed class EightBuildsBenchmark(BuildStages stages) : BuildBenchmark(stages)
{
    private const int Builds = 8;
    private const double RatioGoal = 1;

    private static readonly string[] Apps = ["perl-app", "shell-web"];

    /// <inheritdoc/>
    public override string Name => "eight";

    /// <inheritdoc/>
    public override string Summary => "eight first builds at the same time, against one after the other";

    /// <inheritdoc/>
    protected override async Task<BenchmarkReport> MeasureAsync(
        BuildStage stage, BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        List<BuildRequest> requests = [.. Enumerable.Range(0, Builds).Select(number => BuildStage.Request(Apps[number % Apps.Length], $"eight-{number}"))];
        List<IReadOnlyList<string>> made = [];
        var comparison = await SideBySide.RunAsync(
            settings.FewRuns,
            () => MeasureAsync(all => Task.WhenAll(all.Select(BuildAsync))),
            () => MeasureAsync(OneByOneAsync),
            cancellationToken);
        if (made.FirstOrDefault(ids => !ids.SequenceEqual(made[0])) is not null)
        {
            throw new InvalidOperationException("builds at the same time made other images than builds one after the other");
        }

        return new BenchmarkReport([Figure.Slower($"Eight builds at once, {stage.Session.Name}", comparison, "one after the other", RatioGoal)]);

        async Task<TimeSpan> MeasureAsync(Func<IReadOnlyList<BuildRequest>, Task<string[]>> build)
        {
            foreach (var request in requests)
            {
                await stage.ForgetAsync(request, cancellationToken);
            }

            return await SideBySide.TimeAsync(async () => made.Add(await build(requests)));
        }

        async Task<string[]> OneByOneAsync(IReadOnlyList<BuildRequest> all)
        {
            List<string> ids = [];
            foreach (var request in all)
            {
                ids.Add(await BuildAsync(request));
            }

            return [.. ids];
        }

        async Task<string> BuildAsync(BuildRequest request) => (await stage.BuildAsync(request, cancellationToken)).Id;
    }
}
