using System.Diagnostics;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;

namespace Buildpacks.Builds.Tests.Faults;

/// <summary>What can only happen to podman.</summary>
public abstract class AnyPodmanFaultTests(IBuildFixture fixture) : FaultTests(fixture)
{
    private const int Attempts = 15;

    private static readonly TimeSpan StorePatience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan WatcherPatience = TimeSpan.FromSeconds(10);

    [SkippableTheory]
    [InlineData("inspect", false)]
    [InlineData("run", false)]
    [InlineData("create", true)]
    [InlineData("cp", true)]
    [InlineData("start", true)]
    public async Task A_podman_that_is_killed(string command, bool stepwise)
    {
        await using var bench = new BuildBench(Fixture);
        if (stepwise)
        {
            await bench.RunStepwiseAsync();
        }

        var before = await BeginAsync(bench);
        var previous = (await bench.Engine.Images.InspectAsync([bench.Name], CancellationToken.None))[bench.Name];
        bench.Write("app.txt", $"changed for {bench.Name}\n");
        PackException? failure = null;
        for (var attempt = 0; failure is null && attempt < Attempts; attempt++)
        {
            using var stop = new CancellationTokenSource();
            var hunt = EngineProcesses.KillAsync(Fixture.Engine, command, stop.Token);
            try
            {
                // A build that was through with that podman, or faster than the shot, succeeds.
                var built = await bench.BuildAsync();
                await bench.Engine.Images.TagAsync(previous.Id, bench.Name, CancellationToken.None);
                await bench.Engine.Images.RemoveAsync(built.Id, force: false, CancellationToken.None);
            }
            catch (PackException exception)
            {
                failure = exception;
            }

            await stop.CancelAsync();
            await Record.ExceptionAsync(() => hunt);
        }

        Assert.NotNull(failure);
        AssertKilled(failure, isPiped: command == "run");
        Assert.Contains("memory", failure.RecommendedAction, StringComparison.Ordinal);
        await EndAsync(bench, before, mayLeaveLayer: command is "run" or "create");
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Error_lines_of_a_buildpack_are_not_reported_as_messages_of_podman(bool stepwise)
    {
        await using var bench = new BuildBench(Fixture);
        if (stepwise)
        {
            await bench.RunStepwiseAsync();
        }

        var before = await BeginAsync(bench);
        bench.Write("run", "echo 'Error: unauthorized' >&2; sleep 20");
        var sink = new RecordingSink
        {
            OnOutput = line => _ = line.Text == "Error: unauthorized"
                ? EngineProcesses.KillAsync(Fixture.Engine, stepwise ? "start" : "run", CancellationToken.None)
                : Task.CompletedTask,
        };

        var failure = await bench.FailAsync(sink: sink);

        AssertKilled(failure, isPiped: !stepwise);
        File.Delete(Path.Combine(bench.App, "run"));
        await EndAsync(bench, before);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_load_is_retried_after_podman_is_killed(bool stepwise)
    {
        await using var bench = new BuildBench(Fixture);
        if (stepwise)
        {
            await bench.RunStepwiseAsync();
        }

        await bench.BuildAsync();
        var loads = 0;
        for (var attempt = 0; loads < 2 && attempt < Attempts; attempt++)
        {
            using var stop = new CancellationTokenSource();
            var hunt = EngineProcesses.KillAsync(Fixture.Engine, "load", stop.Token);
            bench.Write("app.txt", $"changed {attempt}\n");

            var result = await bench.BuildAsync(bench.Request with { Tags = [bench.Name + ":other"] });

            await stop.CancelAsync();
            await Record.ExceptionAsync(() => hunt);
            loads = bench.Calls.Calls.Count(call => call.Operation == "ImageLoad");
            Assert.Equal($"changed {attempt}\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
            Assert.Equal(result.Id, (await bench.Engine.Images.InspectAsync([bench.Name + ":other"], CancellationToken.None))[bench.Name + ":other"].Id);
        }

        Assert.InRange(loads, 2, 3);
        Assert.Empty(bench.LeftFiles());
    }

    [SkippableFact]
    public async Task A_podman_that_outlives_its_build_keeps_its_files_until_it_ends()
    {
        await using var bench = new BuildBench(Fixture);
        var before = await BeginAsync(bench);
        var previous = (await bench.Engine.Images.InspectAsync([bench.Name], CancellationToken.None))[bench.Name];
        bench.Write("app.txt", "killed\n");
        string folder;
        var gate = new PodmanGate(Fixture.Engine, bench.Folder("gate"), "load");
        await using (var build = bench.Start(gate.Variables))
        {
            folder = await gate.TemporaryFolderAsync();

            // Whatever the build had still to say to podman, which is little, it has said.
            await Task.Delay(TimeSpan.FromSeconds(1));
            await build.KillAsync();
        }

        await ChangeAsync("meanwhile\n", bench.Variables);
        Assert.True(Directory.Exists(folder));
        await gate.OpenAsync();
        Assert.Equal("killed\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
        await TakeBackAsync((await bench.Engine.Images.InspectAsync([bench.Name], CancellationToken.None))[bench.Name].Id);
        bench.AgeMarkers(minutes: 120);
        await ChangeAsync("afterwards\n", gate.Variables);
        Assert.Equal(!Fixture.Engine.ProgramOwnsItsFiles, Directory.Exists(folder));
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        await EndAsync(bench, before);

        // A build by the same user that has podman load, and nothing of which is to stay.
        async Task ChangeAsync(string text, IReadOnlyDictionary<string, string> variables)
        {
            bench.Write("app.txt", text);
            await using var build = bench.Start(variables);
            await TakeBackAsync(await build.ImageAsync());
        }

        async Task TakeBackAsync(string id)
        {
            await bench.Engine.Images.TagAsync(previous.Id, bench.Name, CancellationToken.None);
            await bench.Engine.Images.RemoveAsync(id, force: false, CancellationToken.None);
        }
    }

    [SkippableFact]
    public async Task A_store_that_cannot_be_written()
    {
        await using var bench = new BuildBench(Fixture);
        var before = await BeginAsync(bench);
        bench.Write("app.txt", "changed\n");
        PackException failure;
        await MountAsync("ro");
        try
        {
            failure = await bench.FailAsync();
        }
        finally
        {
            await MountAsync("rw");
        }

        Assert.Equal(PackErrorKind.Failed, failure.Kind);
        Assert.Contains("read-only", failure.Message, StringComparison.Ordinal);
        Assert.Contains("read-write", failure.RecommendedAction, StringComparison.Ordinal);
        await EndAsync(bench, before);

        async Task MountAsync(string way)
        {
            // A podman that tidies up behind a container that has ended may still have a file open.
            var waited = Stopwatch.StartNew();
            var mounted = await RemountAsync(way);
            while (mounted.ExitCode != 0 && waited.Elapsed < StorePatience)
            {
                await Task.Delay(100);
                if (waited.Elapsed > WatcherPatience)
                {
                    // Other tests of this class kill podman, and what watches a container of theirs is not part of this test.
                    EngineProcesses.EndWatchers(Fixture.Engine.StoreFolder);
                }

                mounted = await RemountAsync(way);
            }

            Assert.True(mounted.ExitCode == 0, $"{mounted.Error}\n{string.Join('\n', EngineProcesses.UsersOf(Fixture.Engine.StoreFolder))}");
        }

        Task<ToolResult> RemountAsync(string way) => ToolRun.RunAsync("mount", ["-o", "remount," + way, Fixture.Engine.StoreFolder]);
    }

    [SkippableFact]
    public async Task A_temporary_folder_without_space()
    {
        await using var bench = new BuildBench(Fixture);
        var before = await BeginAsync(bench);
        WriteBigApp(bench);
        PackException failure;
        using (new FullDisk(Fixture.Engine.TemporaryFolder, 1_000_000))
        {
            failure = await bench.FailAsync();
        }

        Assert.Equal(("EngineNoSpace", PackErrorKind.NoSpace), (failure.ErrorId, failure.Kind));
        Assert.Contains("TMPDIR", failure.RecommendedAction, StringComparison.Ordinal);
        await EndAsync(bench, before);
    }

    /// <summary>
    /// Of a podman that was killed and of a container that was, the exit codes are the same. What tells them apart is that the container is
    /// there still, and on a busy machine it may have removed itself by then.
    /// </summary>
    private static void AssertKilled(PackException failure, bool isPiped)
    {
        Assert.Equal(PackErrorKind.Failed, failure.Kind);
        if (!isPiped || failure.ErrorId != PackErrorIds.BuildKilled)
        {
            Assert.Equal(PackErrorIds.EngineFailed, failure.ErrorId);
            Assert.Contains("killed by signal 9", failure.Message, StringComparison.Ordinal);
        }
    }
}
