using System.Diagnostics;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Caches;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;

namespace Buildpacks.Builds.Tests.Load;

/// <summary>
/// Builds that end badly, many and at random moments, and builds that get into each other's way: what was there stays, and nothing
/// else does.
/// </summary>
public abstract class LoadTests(IBuildFixture fixture)
{
    /// <summary>What the tests of derived classes use.</summary>
    private protected IBuildFixture Fixture => fixture;

    /// <summary>What a podman may still be at when its build was killed.</summary>
    private static readonly string[] Leftovers = ["run", "load", "rm", "volume"];

    private const string Waits = "echo waiting; while [ ! -e /shared/go ]; do sleep 0.2; done";

    [SkippableFact]
    public async Task Builds_that_are_cancelled_at_any_moment_leave_nothing()
    {
        await using var bench = new BuildBench(fixture);
        var moments = LoadSettings.NewRandom();
        await bench.BuildAsync();
        var whole = await ChangedBuildAsync(bench);
        var before = await fixture.Engine.ContentAsync();
        var cleanUps = new List<TimeSpan>();
        for (var i = 0; i < LoadSettings.Cancelled; i++)
        {
            var image = await NextImageAsync(bench, i);
            var had = await IdOfAsync(bench, image);
            using var stop = new CancellationTokenSource(whole * moments.NextDouble());
            var clock = new Stopwatch();
            await using var registration = stop.Token.Register(clock.Start);
            try
            {
                await bench.BuildAsync(bench.Request with { ImageName = image }, cancellationToken: stop.Token);
            }
            catch (OperationCanceledException)
            {
                cleanUps.Add(clock.Elapsed);
                Assert.Equal(had, await IdOfAsync(bench, image));
                await RemoveImageAsync(bench, image);
                await AssertAsBeforeAsync(before, bench);
                continue;
            }

            await RemoveImageAsync(bench, image);
            await RemoveCacheAsync(bench, image);
        }

        await AssertAsBeforeAsync(before, bench);
        LoadReport.Add(fixture.Engine.Name, $"{LoadSettings.Cancelled} builds cancelled", $"{LoadSettings.Cancelled - cleanUps.Count} had finished; left: nothing", cleanUps);
    }

    [SkippableFact]
    public async Task What_killed_builds_leave_goes_with_the_next_build_and_a_build_that_runs_is_left_alone()
    {
        await using var bench = new BuildBench(fixture);
        var moments = LoadSettings.NewRandom();
        bench.Write("app.txt", $"content before {bench.Name}\n");
        await ProcessBuildAsync(bench);
        var whole = await ProcessBuildAsync(bench);
        var waitingApp = bench.Folder("waiting");
        var shared = bench.Folder("shared");
        await File.WriteAllTextAsync(Path.Combine(waitingApp, "app.txt"), "waited\n");
        await File.WriteAllTextAsync(Path.Combine(waitingApp, "run"), Waits);
        await using var waiting = bench.Start(bench.Name + "-waiting", waitingApp, $"{shared}:/shared");
        await waiting.SaysAsync("waiting");
        var others = EngineProcesses.Find(fixture.Engine, Leftovers);
        var before = await fixture.Engine.ContentAsync();
        var markers = bench.LeftFiles();

        var images = new List<string>();
        var finished = 0;
        for (var i = 0; i < LoadSettings.Killed; i++)
        {
            images.Add(await NextImageAsync(bench, i));
            await using var build = bench.Start(images[^1]);
            await build.SaysAsync(SeparateBuild.Begun);
            await Task.Delay(whole * moments.NextDouble());
            finished += await build.KillAsync() ? 0 : 1;
        }

        await OutliveAsync(others);
        bench.Write("app.txt", $"content before {bench.Name}\n");
        var nextBuilds = 0;
        do
        {
            await ProcessBuildAsync(bench);
            bench.AgeMarkers(minutes: 120);
        }
        while (++nextBuilds < 3 && bench.LeftFiles().Except(markers).Any());

        // What the engine had in full when the build was killed is an image like any other.
        var whenTagged = await IdOfAsync(bench, bench.Name);
        foreach (var image in images)
        {
            if (await IdOfAsync(bench, image) is { } id)
            {
                Assert.StartsWith("content", await bench.RunImageAsync("--entrypoint", "show", image), StringComparison.Ordinal);

                // A build that was killed when all was done, and its process about to end, keeps its cache.
                if (id != whenTagged)
                {
                    await RemoveCacheAsync(bench, image);
                }
            }

            await RemoveImageAsync(bench, image);
        }

        await AssertAsBeforeAsync(before, bench, markers);
        await File.WriteAllTextAsync(Path.Combine(shared, "go"), "");
        await waiting.ImageAsync();
        Assert.Equal("waited\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name + "-waiting"));
        Assert.Empty(bench.LeftFiles());
        LoadReport.Add(
            fixture.Engine.Name, $"{LoadSettings.Killed} builds killed", $"{finished} had finished; left after {nextBuilds} further build(s): nothing; a build that ran all the while: unharmed", []);
    }

    /// <summary>A build of changed content.</summary>
    private static async Task<TimeSpan> ChangedBuildAsync(BuildBench bench)
    {
        bench.Write("app.txt", $"content before {bench.Name}\n");
        return (await bench.BuildAsync()).Duration;
    }

    /// <summary>A build in a process of its own.</summary>
    /// <returns>How long it took.</returns>
    private static async Task<TimeSpan> ProcessBuildAsync(BuildBench bench)
    {
        await using var build = bench.Start();
        await build.SaysAsync(SeparateBuild.Begun);
        var clock = Stopwatch.StartNew();
        await build.ImageAsync();
        return clock.Elapsed;
    }

    /// <summary>The name and the content of the next image. Every second name is that of an image, which has another name beside it.</summary>
    private static async Task<string> NextImageAsync(BuildBench bench, int number)
    {
        var image = $"{bench.Name}-{number}";
        bench.Write("app.txt", $"content {number} of {bench.Name}\n");
        if (number % 2 == 0)
        {
            await bench.Engine.Images.TagAsync(bench.Name, image, CancellationToken.None);
        }

        return image;
    }

    private protected static async Task<string?> IdOfAsync(BuildBench bench, string image) =>
        (await bench.Engine.Images.InspectAsync([image], CancellationToken.None)).GetValueOrDefault(image)?.Id;

    private static async Task RemoveImageAsync(BuildBench bench, string image)
    {
        if (await IdOfAsync(bench, image) is not null)
        {
            await bench.Engine.Images.RemoveAsync(image, force: false, CancellationToken.None);
        }
    }

    private static async Task RemoveCacheAsync(BuildBench bench, string image) =>
        await bench.Engine.Volumes.RemoveAsync(CacheNames.For(ImageReference.Parse(image), bench.Places.Keys).Build, force: true, CancellationToken.None);

    /// <summary>Waits for what killed builds had started: podman's processes outlive theirs for a moment.</summary>
    private async Task OutliveAsync(IReadOnlySet<int> others)
    {
        await EngineProcesses.EndAsync(fixture.Engine, others, Leftovers);
        await fixture.Engine.SettleAsync();
        await fixture.Engine.ForgetClientsAsync();
    }

    private async Task AssertAsBeforeAsync(IReadOnlySet<string> before, BuildBench bench, IReadOnlyList<string>? markers = null)
    {
        var now = await fixture.Engine.ContentAsync();
        string[] left = [.. now.Except(before).Order(), .. bench.LeftFiles().Except(markers ?? [])];
        string[] lost = [.. before.Except(now).Order()];
        Assert.True(left.Length + lost.Length == 0, $"left:\n{string.Join('\n', left)}\nlost:\n{string.Join('\n', lost)}\ncalls:\n{string.Join('\n', bench.Calls.Calls)}");
    }
}

/// <summary>Many builds at once, for which it does not matter who the engine runs as.</summary>
public abstract class FullLoadTests(IBuildFixture fixture) : LoadTests(fixture)
{
    [SkippableFact]
    public async Task Builds_of_one_name_at_once_all_succeed_and_the_name_is_one_of_theirs()
    {
        await using var bench = new BuildBench(Fixture);
        await bench.LeaveContainerAsync(ProcessIdentity.Current() with { Boot = "earlier" });
        var sinks = new List<RecordingSink>();
        var builds = new List<Task<BuildResult>>();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < LoadSettings.AtOnce; i++)
        {
            var app = bench.Folder($"app-{i}");
            await File.WriteAllTextAsync(Path.Combine(app, "app.txt"), $"content {i} of {bench.Name}\n");
            sinks.Add(new RecordingSink());
            builds.Add(bench.BuildAsync(bench.Request with { Path = app }, sinks[^1]));
        }

        var ids = (await Task.WhenAll(builds)).Select(result => result.Id).ToList();
        var took = clock.Elapsed;

        Assert.Equal(ids.Count, ids.Distinct().Count());
        var last = ids.IndexOf(await IdOfAsync(bench, bench.Name) ?? "");
        Assert.Equal($"content {last} of {bench.Name}\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
        Assert.Equal(["volume"], (await bench.LeftoversAsync()).Select(left => left.Split(' ')[0]));
        Assert.Empty(sinks.SelectMany(sink => sink.Messages(PackLogLevel.Warning)));
        Assert.True((await bench.BuildAsync()).LayersAdded > 0);
        LoadReport.Add(Fixture.Engine.Name, $"{ids.Count} builds of one name at once", $"all succeeded, in {took.TotalSeconds:0.0} s together", []);
    }

    [SkippableFact]
    public async Task Builds_beside_a_prune_without_a_pause_succeed_or_say_what_took_their_container()
    {
        await using var bench = new BuildBench(Fixture);
        await bench.BuildAsync();
        using var stop = new CancellationTokenSource();
        var prune = PruneAsync(stop.Token);
        List<PackException> failures = [];
        for (var i = 0; i < LoadSettings.Pruned; i++)
        {
            bench.Write("app.txt", $"content {i} of {bench.Name}\n");
            try
            {
                await bench.BuildAsync();
            }
            catch (PackException failure)
            {
                failures.Add(failure);
            }
        }

        await stop.CancelAsync();
        var prunes = await prune;
        Assert.All(failures, failure => Assert.True(failure.ErrorId == "BuildContainerGone", failure.ToString()));
        bench.Write("app.txt", "after\n");
        await bench.BuildAsync();
        Assert.Equal("after\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
        Assert.Equal(["volume"], (await bench.LeftoversAsync()).Select(left => left.Split(' ')[0]));
        LoadReport.Add(Fixture.Engine.Name, $"{LoadSettings.Pruned} builds beside {prunes} prunes", $"{failures.Count} lost their container and said so; the build after: works; left: nothing", []);

        async Task<int> PruneAsync(CancellationToken cancellationToken)
        {
            var count = 0;
            for (; !cancellationToken.IsCancellationRequested; count++)
            {
                await Fixture.Engine.RunAsync("system", "prune", "--force");
            }

            return count;
        }
    }
}
