using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;

namespace Buildpacks.Builds.Tests;

/// <summary>Builds whose phases run in containers of their own, on whichever engine a derived class names.</summary>
public abstract class SeparatePhasesTests(IBuildFixture fixture)
{
    /// <summary>What the tests of derived classes use.</summary>
    private protected IBuildFixture Fixture => fixture;

    private protected const string ShowSurroundings =
        "ls -d /cache /launch-cache /var/run/docker.sock 2>/dev/null; grep -E '^Cap(Eff|Bnd):' /proc/self/status; stat -c '%n %a %u:%g' /workspace /layers; echo \"env $FROM_PLATFORM\"";

    [SkippableFact]
    public async Task The_image_and_the_output_are_those_of_the_creator_with_one_call_for_each_of_two_containers()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("steady", "");
        bench.Write("shared/file", "");
        File.SetUnixFileMode(Path.Combine(bench.App, "shared"), (UnixFileMode)Convert.ToInt32("2775", 8));
        var whole = new RecordingSink();
        var sink = new RecordingSink();
        var again = new RecordingSink();
        var request = bench.Request with { Env = ["NAME=value"] };
        var separate = request with { ImageName = bench.Name + "-separate", SeparatePhases = true };

        var expected = await bench.BuildAsync(request, whole);
        var built = await bench.BuildAsync(separate, sink);
        var rebuilt = await bench.BuildAsync(separate, again);
        var afterwards = await bench.BuildAsync(separate with { SeparatePhases = false });

        Assert.Equal(expected.Id, built.Id);
        Assert.Equal((built.Id, true, true), (rebuilt.Id, rebuilt.Unchanged, afterwards.Unchanged));
        Assert.Equal(LinesOf(whole, bench.Name), LinesOf(sink, separate.ImageName));
        Assert.Contains("reusing data", again.Text, StringComparison.Ordinal);
        string[] phases = ["analyzing", "detecting", "restoring", "building", "exporting"];
        Assert.Equal(phases, rebuilt.Phases.Select(phase => phase.Name).Intersect(phases));
        Assert.Equal("hello\n", await bench.RunImageAsync("--entrypoint", "show", separate.ImageName));
        Assert.Equal("2775", (await bench.RunImageAsync("--entrypoint", "/bin/stat", separate.ImageName, "-c", "%a", "/workspace/shared")).Trim());
        Assert.DoesNotContain(await bench.LeftoversAsync(), left => !left.Contains("pack-cache", StringComparison.Ordinal));
        if (fixture.Engine.Kind == PackEngineKind.Podman)
        {
            Assert.Equal(
                [EngineOperation.ImageInspect, .. Enumerable.Repeat(EngineOperation.ContainerRun, 2), EngineOperation.VolumeRemove],
                rebuilt.EngineCalls.Select(call => call.Operation));
        }
    }

    [SkippableFact]
    public async Task Buildpacks_have_no_rights_and_see_no_cache()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("run", ShowSurroundings);
        var sink = new RecordingSink();

        await bench.BuildAsync(bench.Request with { SeparatePhases = true }, sink);

        Assert.Equal(
            ["CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "/workspace 777 1000:1000", "/layers 755 1000:1000"],
            sink.Lines.Select(line => line.Text).SkipWhile(line => !line.Contains("===> BUILDING", StringComparison.Ordinal)).Where(line => line.StartsWith("Cap", StringComparison.Ordinal) || line.StartsWith('/')));
    }

    [SkippableFact]
    public async Task A_failure_is_that_of_the_creator_and_leaves_nothing()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("fail", "");

        var whole = await bench.FailAsync();
        var separate = await bench.FailAsync(bench.Request with { SeparatePhases = true });

        Assert.Equal((whole.ErrorId, whole.ExitCode, whole.Phase, whole.Message), (separate.ErrorId, separate.ExitCode, separate.Phase, separate.Message));
        Assert.Empty(await bench.LeftoversAsync());
        Assert.Empty(bench.LeftFiles());
    }

    [SkippableFact]
    public async Task A_build_that_is_stopped_leaves_nothing()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("sleep", "600");
        using var stop = new CancellationTokenSource();
        var sink = new RecordingSink { OnOutput = line => { if (line.Text == "sleeping") { stop.Cancel(); } } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.BuildAsync(bench.Request with { SeparatePhases = true }, sink, cancellationToken: stop.Token));

        Assert.Empty(await bench.LeftoversAsync());
        Assert.Empty(bench.LeftFiles());
    }

    [SkippableFact]
    public async Task What_a_killed_build_leaves_of_its_volumes_goes_with_the_next_build()
    {
        await using var bench = new BuildBench(fixture);
        var marker = await bench.LeaveContainerAsync(ProcessIdentity.Current() with { Id = 4_000_000 });
        string[] volumes = [$"buildpacks-{marker.Session}-layers", $"buildpacks-{marker.Session}-workspace"];
        await bench.Engine.Volumes.CreateAsync(volumes[0], new Dictionary<string, string>(), CancellationToken.None);
        new BuildMarkers(bench.State).Write(marker with { Session = marker.Session + "0", Container = null, SharedVolumes = volumes });

        await bench.BuildAsync();

        Assert.DoesNotContain(await bench.LeftoversAsync(), left => !left.Contains("pack-cache", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Another_user_builds_and_no_phase_runs_twice()
    {
        await using var bench = new BuildBench(fixture);
        var sink = new RecordingSink();

        await bench.BuildAsync(bench.Request with { UserId = 1234, GroupId = 2345, SeparatePhases = true }, sink);

        Assert.Single(sink.Lines, line => line.Text.Contains("ANALYZING", StringComparison.Ordinal));
        Assert.Contains("whoami 1234:2345", sink.Text, StringComparison.Ordinal);
    }

    /// <summary>Without what differs from one build to the next.</summary>
    private static IEnumerable<string> LinesOf(RecordingSink sink, string name) =>
        sink.Text.Split('\n').Select(line => PlainText.Of(line).Replace(name, "NAME", StringComparison.Ordinal)).Where(line => !line.Contains("not found", StringComparison.Ordinal));
}
