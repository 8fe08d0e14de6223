using Buildpacks.Builds.Tests.Support;
using Buildpacks.Caches;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;

namespace Buildpacks.Builds.Tests;

/// <summary>Builds that fail: each says why and what to do, and leaves nothing half-made.</summary>
public abstract class BuildFailureTests(IBuildFixture fixture)
{
    /// <summary>The engine with a builder.</summary>
    protected IBuildFixture Fixture => fixture;

    [SkippableFact]
    public async Task An_app_that_no_buildpack_detects()
    {
        await using var bench = new BuildBench(fixture);
        File.Delete(Path.Combine(bench.App, "app.txt"));
        bench.Write("other.txt", "");

        var failure = await bench.FailAsync();

        AssertFailure(failure, "DetectFailed", "detecting", 20);
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableFact]
    public async Task A_buildpack_that_fails_to_build()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("fail", "");
        var sink = new RecordingSink();

        var failure = await bench.FailAsync(sink: sink);

        AssertFailure(failure, "BuildpackFailed", "building", 51);
        Assert.Contains("this app cannot be built", failure.Output);
        Assert.Equal(
            (TestBuildpack.Id, TestBuildpack.Version, (int?)7, "this app cannot be built"),
            (failure.BuildpackId, failure.BuildpackVersion, failure.BuildpackExitCode, failure.BuildpackOutput));
        Assert.Contains($"the buildpack {TestBuildpack.Id}@{TestBuildpack.Version} failed with exit code 7", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("\n  this app cannot be built", failure.Message, StringComparison.Ordinal);
        Assert.Contains(sink.Lines, line => line is { Text: "this app cannot be built" });
        Assert.Empty(sink.OpenActivities);
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_missing_network(bool stepwise)
    {
        await using var bench = new BuildBench(fixture);
        if (stepwise)
        {
            await bench.RunStepwiseAsync();
        }

        var failure = await bench.FailAsync(bench.Request with { Network = "nope" });

        Assert.Equal(("EngineNotFound", PackErrorKind.NotFound), (failure.ErrorId, failure.Kind));
        Assert.Contains("network ls", failure.RecommendedAction, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_missing_container_for_a_shared_network(bool stepwise)
    {
        await using var bench = new BuildBench(fixture);
        if (stepwise)
        {
            await bench.RunStepwiseAsync();
        }

        var failure = await bench.FailAsync(bench.Request with { Network = "container:nope" });

        Assert.Equal(("EngineNotFound", PackErrorKind.NotFound), (failure.ErrorId, failure.Kind));
        Assert.Contains("nope", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ps --all", failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Single(bench.Calls.Calls, call => call.Operation is EngineOperation.ContainerRun or EngineOperation.ContainerCreate);
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_registry_with_an_IPv6_address_is_refused_once_by_an_engine_that_does_not_support_it(bool stepwise)
    {
        await using var bench = new BuildBench(fixture);
        if (stepwise)
        {
            await bench.RunStepwiseAsync();
        }

        var name = "[::1]:5000/" + bench.Name;
        BuildResult? result = null;

        // Newer engines take such a name.
        var failure = await Record.ExceptionAsync(async () => result = await bench.BuildAsync(bench.Request with { ImageName = name }));

        Assert.Single(bench.Calls.Calls, call => call.Operation is EngineOperation.ContainerRun or EngineOperation.ContainerCreate);
        Assert.Single(bench.Calls.Calls, call => call.Operation is EngineOperation.ImageLoad);
        if (failure is null)
        {
            Assert.Equal(result!.Id, (await bench.Engine.Images.InspectAsync([name], CancellationToken.None))[name].Id);
            return;
        }

        Assert.Contains("invalid reference format", Assert.IsType<PackException>(failure).Message, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableFact]
    public async Task A_failed_build_keeps_an_existing_cache()
    {
        await using var bench = new BuildBench(fixture);
        var cache = CacheNames.For(ImageReference.Parse(bench.Name), bench.Places.Keys).Build;
        await bench.Engine.Volumes.CreateAsync(cache, new Dictionary<string, string>(), CancellationToken.None);
        bench.Write("fail", "");

        await bench.FailAsync();

        Assert.Equal(["volume " + cache], await bench.LeftoversAsync());
        await bench.Engine.Volumes.RemoveAsync(cache, force: false, CancellationToken.None);
    }

    [SkippableFact]
    public async Task An_unknown_mount_option()
    {
        await using var bench = new BuildBench(fixture);

        var failure = await bench.FailAsync(bench.Request with { Volumes = [$"{bench.Folder("mounted")}:/data:ro,nonsense"] });

        Assert.Equal(("EngineInvalidInput", PackErrorKind.InvalidInput), (failure.ErrorId, failure.Kind));
        Assert.Contains("nonsense", failure.Message, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableFact]
    public async Task A_missing_folder_to_mount()
    {
        await using var bench = new BuildBench(fixture);

        var failure = await bench.FailAsync(bench.Request with { Volumes = ["/nope/none:/data"] });

        Assert.Equal(("EngineInvalidInput", PackErrorKind.InvalidInput), (failure.ErrorId, failure.Kind));
        Assert.Contains("Check the volumes", failure.RecommendedAction, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableFact]
    public async Task A_failed_rebuild_does_not_change_image_and_cache()
    {
        await using var bench = new BuildBench(fixture);
        var first = await bench.BuildAsync();

        bench.Write("fail", "");
        await bench.FailAsync();

        var image = (await bench.Engine.Images.InspectAsync([bench.Name], CancellationToken.None))[bench.Name];
        Assert.Equal(first.Id, image.Id);
        Assert.Equal(["volume"], (await bench.LeftoversAsync()).Select(left => left.Split(' ')[0]));
    }

    [SkippableTheory]
    [InlineData(PullPolicy.Never, "test/absent:1")]
    [InlineData(PullPolicy.IfNotPresent, "localhost/absent:1")]
    [InlineData(PullPolicy.IfNotPresent, "127.0.0.1:9/absent:1")]
    [InlineData(PullPolicy.Always, "127.0.0.1:9/absent:1")]
    public async Task A_missing_builder(PullPolicy policy, string builder)
    {
        await using var bench = new BuildBench(fixture);

        var failure = await bench.FailAsync(bench.Request with { Builder = builder, PullPolicy = policy });

        Assert.Equal("BuilderNotFound", failure.ErrorId);
        Assert.Contains(builder, failure.Message, StringComparison.Ordinal);
        Assert.Equal(builder.StartsWith("127.0.0.1", StringComparison.Ordinal), failure.Message.Contains("it cannot be pulled: ", StringComparison.Ordinal));
        Assert.NotNull(failure.RecommendedAction);
    }

    [SkippableFact]
    public async Task An_unreachable_registry_is_ignored_when_the_engine_has_the_images()
    {
        await using var bench = new BuildBench(fixture);
        await bench.ToolAsync("tag", fixture.Builder, "127.0.0.1:9/builder:1");

        var sink = new RecordingSink();

        var result = await bench.BuildAsync(
            bench.Request with { Builder = "127.0.0.1:9/builder:1", RunImage = fixture.RunImage, PullPolicy = PullPolicy.Always }, sink);

        Assert.Equal("127.0.0.1:9/builder:1", result.Builder);
        Assert.Contains(sink.Messages(PackLogLevel.Warning), warning => warning.StartsWith("127.0.0.1:9/builder:1 could not be pulled", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_missing_run_image()
    {
        await using var bench = new BuildBench(fixture);

        var failure = await bench.FailAsync(bench.Request with { RunImage = "localhost/absent-run:1" });

        Assert.Equal("RunImageNotFound", failure.ErrorId);
        Assert.Contains("localhost/absent-run:1", failure.Message, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableFact]
    public async Task A_lifecycle_too_old_for_layouts()
    {
        var builder = await WaywardBuilder.MakeAsync(fixture, "#!/bin/sh\n", platformApi: "0.11");
        await using var bench = new BuildBench(fixture);

        var failure = await bench.FailAsync(WaywardBuilder.Request(bench, builder) with { ExportRoute = ExportRoute.Layout });

        Assert.Equal("IncompatibleApi", failure.ErrorId);
        Assert.Contains("0.12", failure.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("exit 5", "LifecycleFailed", 5)]
    [InlineData("kill -9 $$", "BuildKilled", 137)]
    public async Task A_lifecycle_that_fails_or_is_killed(string script, string errorId, int exitCode)
    {
        var failure = await FailAsync(script);

        Assert.Equal((errorId, exitCode), (failure.ErrorId, failure.ExitCode));
        Assert.NotNull(failure.RecommendedAction);
    }

    [SkippableFact]
    public async Task A_builder_without_a_lifecycle()
    {
        var builder = await WaywardBuilder.MakeAsync(fixture, creator: null);
        await using var bench = new BuildBench(fixture);

        var failure = await bench.FailAsync(WaywardBuilder.Request(bench, builder));

        Assert.Equal("LifecycleMissing", failure.ErrorId);
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableFact]
    public async Task A_lifecycle_that_writes_a_layer_with_a_wrong_digest()
    {
        // Larger than what is held in memory: the engine has begun to take the archive when the digest turns out wrong.
        var builder = await WaywardBuilder.MakeAsync(fixture, WaywardBuilder.Functions + """
            dd if=/dev/zero of=$L/blobs/sha256/1111111111111111111111111111111111111111111111111111111111111111 bs=1024 count=6000 2>/dev/null
            echo '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:1111111111111111111111111111111111111111111111111111111111111111"]}}' | blob
            echo "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"sha256:$hex\",\"size\":$size},\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"sha256:1111111111111111111111111111111111111111111111111111111111111111\",\"size\":6144000}]}" | blob
            index $hex $size
            """);
        await using var bench = new BuildBench(fixture);

        var failure = await bench.FailAsync(WaywardBuilder.Request(bench, builder));

        Assert.Equal("LayoutInvalid", failure.ErrorId);
        Assert.Contains("1111", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await bench.Engine.Images.InspectAsync(["test/wayward"], CancellationToken.None));
        await AssertNothingIsLeftAsync(bench);
    }

    /// <summary>Builds with a lifecycle that is a script, and expects that nothing is left of the build.</summary>
    protected async Task<PackException> FailAsync(string script)
    {
        ArgumentNullException.ThrowIfNull(script);
        var builder = await WaywardBuilder.MakeAsync(fixture, "#!/bin/sh\nsh -c '" + script.Replace("'", "'\\''", StringComparison.Ordinal) + "'\n");
        await using var bench = new BuildBench(fixture);
        var failure = await bench.FailAsync(WaywardBuilder.Request(bench, builder));
        await AssertNothingIsLeftAsync(bench);
        return failure;
    }

    private protected static void AssertFailure(PackException failure, string errorId, string phase, int exitCode)
    {
        Assert.Equal((errorId, phase, exitCode), (failure.ErrorId, failure.Phase, failure.ExitCode));
        Assert.NotNull(failure.RecommendedAction);
    }

    private protected static async Task AssertNothingIsLeftAsync(BuildBench bench)
    {
        Assert.False(await bench.ImageExistsAsync());
        Assert.Empty(await bench.LeftoversAsync());
        var volumes = await bench.Engine.Volumes.ListAsync(CancellationToken.None);
        Assert.DoesNotContain(volumes, volume => volume.Name.Contains("wayward", StringComparison.Ordinal));
    }
}

/// <summary>Failures that are the same on each engine: what the lifecycle says or writes, and what no engine decides.</summary>
public abstract class FullBuildFailureTests(IBuildFixture fixture) : BuildFailureTests(fixture)
{
    [SkippableFact]
    public async Task A_buildpack_that_fails_to_detect()
    {
        await using var bench = new BuildBench(Fixture);
        bench.Write("detect-error", "");

        var failure = await bench.FailAsync();

        AssertFailure(failure, "DetectFailed", "detecting", 21);
        Assert.Equal(
            (TestBuildpack.Id, TestBuildpack.Version, (int?)1, "detect goes wrong"),
            (failure.BuildpackId, failure.BuildpackVersion, failure.BuildpackExitCode, failure.BuildpackOutput));
        Assert.EndsWith("\n  detect goes wrong", failure.Message, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableFact]
    public async Task An_unknown_default_process()
    {
        await using var bench = new BuildBench(Fixture);

        var failure = await bench.FailAsync(bench.Request with { DefaultProcess = "nope" });

        Assert.Equal(("ProcessTypeNotFound", "exporting", 62), (failure.ErrorId, failure.Phase, failure.ExitCode));
        Assert.Contains("the app has no process type 'nope'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("-DefaultProcess", failure.RecommendedAction, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableFact]
    public async Task A_lifecycle_that_writes_nothing_runs_once()
    {
        var builder = await WaywardBuilder.MakeAsync(Fixture, "#!/bin/sh\necho the creator ran\n");
        await using var bench = new BuildBench(Fixture);
        var sink = new RecordingSink();

        var failure = await bench.FailAsync(WaywardBuilder.Request(bench, builder), sink);

        Assert.Equal("LayoutInvalid", failure.ErrorId);
        Assert.DoesNotContain("/.layouts", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"did not write the image '{failure.Target}'", failure.Message, StringComparison.Ordinal);
        Assert.Single(sink.Lines, line => line.Text == "the creator ran");
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableFact]
    public async Task An_image_that_is_not_a_builder()
    {
        await using var bench = new BuildBench(Fixture);

        var failure = await bench.FailAsync(bench.Request with { Builder = Fixture.RunImage });

        Assert.Equal("NotABuilder", failure.ErrorId);
        await AssertNothingIsLeftAsync(bench);
    }

    [SkippableTheory]
    [InlineData("", "has no index.json")]
    [InlineData("echo '{' > $L/index.json", "index is malformed")]
    [InlineData("index 0000000000000000000000000000000000000000000000000000000000000000 2", "has no manifest")]
    [InlineData("ln -s /etc/passwd $L/index.json", "SymbolicLink")]
    [InlineData("echo '{}' > $L/blobs/sha256/0000000000000000000000000000000000000000000000000000000000000000; index 0000000000000000000000000000000000000000000000000000000000000000 3", "does not match its digest")]
    public async Task A_lifecycle_that_writes_an_invalid_layout(string script, string problem)
    {
        var builder = await WaywardBuilder.MakeAsync(Fixture, WaywardBuilder.Functions + script);
        await using var bench = new BuildBench(Fixture);

        var failure = await bench.FailAsync(WaywardBuilder.Request(bench, builder));

        Assert.Equal("LayoutInvalid", failure.ErrorId);
        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(bench);
    }
}
