using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;

namespace Buildpacks.Builds.Tests.Faults;

/// <summary>
/// An engine whose ground gives way in the middle of a build: the build says what was wrong and what to do, what was there before
/// stays, and the next build works.
/// </summary>
public abstract class FaultTests(IBuildFixture fixture)
{
    private const int AppSize = 12_000_000;

    /// <summary>The fixture, for tests of one engine only.</summary>
    private protected IBuildFixture Fixture => fixture;

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    [InlineData(20_000_000)]
    public async Task A_store_without_space(long room)
    {
        await using var bench = new BuildBench(fixture);
        var before = await BeginAsync(bench);
        WriteBigApp(bench);
        PackException failure;
        using (new FullDisk(fixture.Engine.StoreFolder, room))
        {
            failure = await bench.FailAsync();
        }

        Assert.True(failure.Kind == PackErrorKind.NoSpace, failure.ToString());
        Assert.NotNull(failure.RecommendedAction);
        await EndAsync(bench, before);
    }

    [SkippableFact]
    public async Task State_and_cache_folders_without_space()
    {
        await using var bench = new BuildBench(fixture);
        var before = await BeginAsync(bench);
        foreach (var folder in new[] { bench.State, bench.Cache })
        {
            (await ToolRun.RunAsync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder])).Checked();
        }

        using (new FullDisk(bench.State, 0))
        using (new FullDisk(bench.Cache, 0))
        {
            await bench.BuildAsync();
        }

        await EndAsync(bench, before);
    }

    [SkippableFact]
    public async Task A_prune_while_a_buildpack_runs_removes_nothing_of_the_build()
    {
        await using var bench = new BuildBench(fixture);
        await BeginAsync(bench);
        var shared = bench.Folder("shared");
        bench.Write("run", "echo waiting; while [ ! -e /shared/go ]; do sleep 0.1; done");
        var pruned = Task.CompletedTask;
        var sink = new RecordingSink { OnOutput = line => pruned = line.Text == "waiting" ? PruneAsync() : pruned };

        await bench.BuildAsync(bench.Request with { Volumes = [$"{shared}:/shared"] }, sink);
        await pruned;

        File.Delete(Path.Combine(bench.App, "run"));
        var second = new RecordingSink();
        await bench.BuildAsync(sink: second);
        Assert.Contains("build number 3", second.Text, StringComparison.Ordinal);

        async Task PruneAsync()
        {
            await bench.ToolAsync("system", "prune", "--force");
            await bench.ToolAsync("volume", "prune", "--force");
            await bench.ToolAsync("image", "prune", "--force");
            await File.WriteAllTextAsync(Path.Combine(shared, "go"), "");
        }
    }

    [SkippableTheory]
    [InlineData("ContainerCreate")]
    [InlineData("ContainerAttach")]
    public async Task Repeated_prunes_while_the_container_does_not_run_fail_the_build(string operation)
    {
        await using var bench = new BuildBench(fixture);
        await bench.RunStepwiseAsync();
        var before = await BeginAsync(bench);
        bench.Write("app.txt", "changed\n");
        bench.OnCall = call =>
        {
            if (call.Operation == operation)
            {
                bench.ToolAsync("container", "prune", "--force").GetAwaiter().GetResult();
            }
        };

        var failure = await bench.FailAsync();

        Assert.Equal(("BuildContainerGone", PackErrorKind.NotFound), (failure.ErrorId, failure.Kind));
        Assert.Contains("label!=io.buildpacks.powershell.session", failure.RecommendedAction, StringComparison.Ordinal);
        bench.OnCall = null;
        await EndAsync(bench, before);
    }

    [SkippableTheory]
    [InlineData("ContainerCreate")]
    [InlineData("ContainerAttach")]
    public async Task The_build_is_retried_after_one_prune_while_the_container_does_not_run(string operation)
    {
        await using var bench = new BuildBench(fixture);
        await bench.RunStepwiseAsync();
        await bench.BuildAsync();
        bench.Write("app.txt", "changed\n");
        var prunes = 0;
        bench.OnCall = call =>
        {
            if (call.Operation == operation && prunes++ == 0)
            {
                bench.ToolAsync("container", "prune", "--force").GetAwaiter().GetResult();
            }
        };
        var sink = new RecordingSink();

        await bench.BuildAsync(sink: sink);

        Assert.Contains("retrying", Assert.Single(sink.Messages(PackLogLevel.Information)), StringComparison.Ordinal);
        Assert.Equal("changed\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
        Assert.Equal(["volume"], (await bench.LeftoversAsync()).Select(left => left.Split(' ')[0]));
        Assert.Empty(bench.LeftFiles());
    }

    /// <summary>Builds what has to be there afterwards.</summary>
    /// <returns>Everything in the store.</returns>
    private protected async Task<IReadOnlySet<string>> BeginAsync(BuildBench bench)
    {
        await bench.BuildAsync();
        return await fixture.Engine.ContentAsync();
    }

    /// <summary>Makes the app big, of bytes that do not compress.</summary>
    private protected static void WriteBigApp(BuildBench bench)
    {
        var noise = new byte[AppSize];
        new Random(1).NextBytes(noise);
        File.WriteAllBytes(Path.Combine(bench.App, "noise"), noise);
    }

    /// <summary>Sees that the image of before runs, that the next build works, and that then all is as it was.</summary>
    /// <param name="bench">The bench, whose app is changed.</param>
    /// <param name="before">Everything that was in the store.</param>
    /// <param name="mayLeaveLayer">Whether podman may have been killed between making a container's layer and writing down whose it is.</param>
    private protected async Task EndAsync(BuildBench bench, IReadOnlySet<string> before, bool mayLeaveLayer = false)
    {
        Assert.Equal("hello\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
        File.Delete(Path.Combine(bench.App, "noise"));
        bench.Write("app.txt", "hello\n");
        await bench.BuildAsync();

        var now = await fixture.Engine.ContentAsync();
        string[] left = [.. now.Except(before).Order(), .. bench.LeftFiles()];
        string[] lost = [.. before.Except(now).Order()];
        if (mayLeaveLayer && left is [var one] && one.StartsWith("layer ", StringComparison.Ordinal))
        {
            left = [];
        }

        Assert.True(left.Length + lost.Length == 0, $"left:\n{string.Join('\n', left)}\nlost:\n{string.Join('\n', lost)}\ncalls:\n{string.Join('\n', bench.Calls.Calls)}");
    }
}
