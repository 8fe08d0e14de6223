using System.Diagnostics;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Images;

namespace Buildpacks.Builds.Tests;

/// <summary>Builds that are stopped or killed: nothing of them is left, at the latest after the next build.</summary>
public abstract class BuildCancellationTests(IBuildFixture fixture)
{
    /// <summary>What the tests of derived classes use.</summary>
    private protected IBuildFixture Fixture => fixture;

    [SkippableFact]
    public async Task A_build_that_is_stopped_while_a_buildpack_runs_ends_soon_and_leaves_nothing()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("sleep", "600");
        using var stop = new CancellationTokenSource();
        var sink = new RecordingSink { OnOutput = line => CancelAt(line, "sleeping", stop) };

        await CancelledAsync(bench, stop, sink);

        Assert.Contains(sink.Lines, line => line.Text == "sleeping");
        Assert.Empty(sink.OpenActivities);
        await AssertNothingIsLeftAsync(bench, sink);
    }

    [SkippableFact]
    public async Task A_build_that_is_stopped_when_its_image_is_about_to_come_leaves_nothing()
    {
        await using var bench = new BuildBench(fixture);
        using var stop = new CancellationTokenSource();
        var sink = new RecordingSink { OnOutput = line => { if (line.Text.StartsWith("Saving ", StringComparison.Ordinal)) { stop.Cancel(); } } };

        await CancelledAsync(bench, stop, sink);

        await AssertNothingIsLeftAsync(bench, sink);
        Assert.Empty(bench.LeftFiles());
    }

    [SkippableFact]
    public async Task What_a_killed_build_left_goes_with_the_next_build()
    {
        await using var bench = new BuildBench(fixture);
        var killed = await bench.LeaveContainerAsync(ProcessIdentity.Current() with { Id = 4_000_000 });
        var earlier = await bench.LeaveContainerAsync(ProcessIdentity.Current() with { Boot = "earlier" });
        var reused = await bench.LeaveContainerAsync(ProcessIdentity.Current() with { Started = 1 });

        await bench.BuildAsync();

        var left = await bench.LeftoversAsync();
        Assert.DoesNotContain(left, name => new[] { killed, earlier, reused }.Any(marker => name.Contains(marker.Session, StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task A_container_that_the_engine_was_still_making_when_the_build_was_killed_goes_later()
    {
        await using var bench = new BuildBench(fixture);
        var marker = await bench.LeaveContainerAsync(ProcessIdentity.Current() with { Id = 4_000_000 });
        await bench.Engine.Containers.RemoveAsync(marker.Container!, force: true, CancellationToken.None);

        // docker may be busy for longer than several builds take.
        bench.AgeMarkers();
        await bench.BuildAsync();

        Assert.Contains(bench.LeftFiles(), file => file.Contains(marker.Session, StringComparison.Ordinal));
        await bench.ToolAsync("create", "--network=none", "--name", marker.Container!, fixture.RunImage);
        await bench.BuildAsync();
        Assert.Empty(bench.LeftFiles());
        Assert.DoesNotContain(await bench.LeftoversAsync(), left => left.StartsWith("container ", StringComparison.Ordinal));
    }

    private protected static void CancelAt(PackOutputLine line, string text, CancellationTokenSource stop)
    {
        if (PlainText.Of(line.Text) == text)
        {
            stop.Cancel();
        }
    }

    /// <summary>Builds until the build is stopped, and expects its end.</summary>
    private protected static async Task CancelledAsync(BuildBench bench, CancellationTokenSource stop, RecordingSink sink)
    {
        var ended = new TaskCompletionSource();
        await using var registration = stop.Token.Register(() => _ = FailLaterAsync());
        var build = Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.BuildAsync(sink: sink, cancellationToken: stop.Token));
        await await Task.WhenAny(build, ended.Task);

        async Task FailLaterAsync()
        {
            await Task.Delay(Hang.Limit);
            ended.TrySetException(new TimeoutException("the build does not end"));
        }
    }

    private static async Task AssertNothingIsLeftAsync(BuildBench bench, RecordingSink sink)
    {
        var left = await bench.LeftoversAsync();
        Assert.True(left.Count == 0, string.Join('\n', left.Concat(sink.Messages(PackLogLevel.Warning)).Concat(bench.Calls.Calls.Select(call => call.ToString()))));
        Assert.False(await bench.ImageExistsAsync());
    }
}

/// <summary>Clean-up for which it does not matter who the engine runs as.</summary>
public abstract class FullBuildCancellationTests(IBuildFixture fixture) : BuildCancellationTests(fixture)
{
    [SkippableFact]
    public async Task A_rebuild_that_is_stopped_leaves_the_image_as_it_was()
    {
        await using var bench = new BuildBench(Fixture);
        var first = await bench.BuildAsync();
        bench.Write("page.html", "changed");
        using var stop = new CancellationTokenSource();
        var sink = new RecordingSink { OnOutput = line => CancelAt(line, "===> EXPORTING", stop) };

        await CancelledAsync(bench, stop, sink);

        var image = (await bench.Engine.Images.InspectAsync([bench.Name], CancellationToken.None))[bench.Name];
        Assert.Equal(first.Id, image.Id);
        Assert.True((await bench.BuildAsync()).LayersReused > 0);
    }

    [SkippableFact]
    public async Task Of_the_volumes_of_a_killed_build_those_go_that_it_made()
    {
        await using var bench = new BuildBench(Fixture);
        var (made, found) = (bench.Name.Replace('/', '_') + "-made", bench.Name.Replace('/', '_') + "-found");
        var marker = new BuildMarker
        {
            Session = Guid.NewGuid().ToString("N")[..16],
            Engine = EngineKey.Of(bench.Engine),
            Volumes = [made, found],
            Started = DateTimeOffset.UtcNow.AddMinutes(-1),
            Process = ProcessIdentity.Current() with { Id = 4_000_000 },
        };
        new BuildMarkers(bench.State).Write(marker);
        await BuildVolumes.MakeAsync(bench.Engine, [made], marker.Session, CancellationToken.None);
        await BuildVolumes.MakeAsync(bench.Engine, [found], "another session", CancellationToken.None);

        await bench.BuildAsync();

        var left = await bench.LeftoversAsync();
        Assert.DoesNotContain("volume " + made, left);
        Assert.Contains("volume " + found, left);
        await bench.Engine.Volumes.RemoveAsync(found, force: false, CancellationToken.None);
    }

    [SkippableFact]
    public async Task What_a_killed_checkup_left_goes_with_the_next_build()
    {
        await using var bench = new BuildBench(Fixture);
        var image = await new TestImage { Name = "localhost/buildpacks/check:" + Guid.NewGuid().ToString("N")[..16] }.LoadAsync(bench.Engine);
        new BuildMarkers(bench.State).Write(new BuildMarker
        {
            Session = "checkup",
            Engine = EngineKey.Of(bench.Engine),
            Images = [image, image + "-that-was-never-loaded"],
            Started = DateTimeOffset.UtcNow,
            Process = ProcessIdentity.Current() with { Id = 4_000_000 },
        });

        await bench.BuildAsync();

        Assert.Empty(await bench.Engine.Images.InspectAsync([image], CancellationToken.None));
        Assert.DoesNotContain(await bench.LeftoversAsync(), left => left.Contains("checkup", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task What_a_build_that_still_runs_needs_stays()
    {
        await using var bench = new BuildBench(Fixture);
        await using var otherUser = new BuildBench(Fixture);
        BuildMarker[] needed =
        [
            await bench.LeaveContainerAsync(ProcessIdentity.Current()),
            await bench.LeaveContainerAsync(ProcessIdentity.Current() with { Machine = "another", Id = 4_000_000 }),
            await bench.LeaveContainerAsync(ProcessIdentity.Current() with { Space = "another", Id = 4_000_000 }),
            await otherUser.LeaveContainerAsync(ProcessIdentity.Current() with { Id = 4_000_000 }),
        ];

        await bench.BuildAsync();

        var left = await bench.LeftoversAsync();
        Assert.All(needed, marker => Assert.Contains("container " + marker.Container, left));
        foreach (var marker in needed)
        {
            await bench.Engine.Containers.RemoveAsync(marker.Container!, force: true, CancellationToken.None);
        }
    }

    [SkippableFact]
    public async Task The_marker_of_a_container_that_was_made_and_is_gone_goes_at_once()
    {
        await using var bench = new BuildBench(Fixture);
        var marker = await bench.LeaveContainerAsync(ProcessIdentity.Current() with { Id = 4_000_000 });
        await bench.Engine.Containers.RemoveAsync(marker.Container!, force: true, CancellationToken.None);
        new BuildMarkers(bench.State).Write(marker with { ContainerMade = true });

        await bench.BuildAsync();

        Assert.Empty(bench.LeftFiles());
    }

    [SkippableFact]
    public async Task Builds_side_by_side_do_not_disturb_one_another()
    {
        await using var first = new BuildBench(Fixture);
        await using var second = new BuildBench(Fixture);
        await using var third = new BuildBench(Fixture);
        second.Write("app.txt", "second\n");
        third.Write("fail", "");

        var builds = await Task.WhenAll(first.BuildAsync(), second.BuildAsync());
        var failed = third.FailAsync();
        var rebuilds = await Task.WhenAll(first.BuildAsync(), second.BuildAsync());

        Assert.Equal("BuildpackFailed", (await failed).ErrorId);
        Assert.Equal(builds.Select(build => build.Id), rebuilds.Select(build => build.Id));
        Assert.Equal("second\n", await second.RunImageAsync("--entrypoint", "show", second.Name));
    }
}
