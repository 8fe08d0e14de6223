using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests;

/// <summary>Builds that fail on podman, and those that fail in the same way on every engine: these run here alone.</summary>
public sealed class PodmanBuildFailureTests(BuildFixture<PodmanFixture> podman) : FullBuildFailureTests(podman), IClassFixture<BuildFixture<PodmanFixture>>
{
    [SkippableTheory]
    [InlineData("Upper/Case")]
    [InlineData("test/app@sha256:0123456789012345678901234567890123456789012345678901234567890123")]
    [InlineData("")]
    [InlineData("test/builder:1")]
    [InlineData("docker.io/test/run:1")]
    public async Task A_name_that_the_image_cannot_have(string name)
    {
        await using var bench = new BuildBench(Fixture);

        var failure = await bench.FailAsync(bench.Request with { ImageName = name });

        Assert.Equal("ImageNameInvalid", failure.ErrorId);
    }

    [SkippableFact]
    public async Task No_builder_named()
    {
        await using var bench = new BuildBench(Fixture);

        Assert.Equal("NoBuilder", (await bench.FailAsync(bench.Request with { Builder = null })).ErrorId);
    }

    [SkippableFact]
    public async Task An_app_that_is_not_there_or_empty_costs_no_call()
    {
        await using var bench = new BuildBench(Fixture);
        var empty = Directory.CreateDirectory(Path.Combine(bench.App, "..", "empty")).FullName;

        Assert.Equal("AppPathNotFound", (await bench.FailAsync(bench.Request with { Path = "/nowhere/at/all" })).ErrorId);
        Assert.Equal("AppPathEmpty", (await bench.FailAsync(bench.Request with { Path = empty })).ErrorId);
        Assert.Equal("AppPathInvalid", (await bench.FailAsync(bench.Request with { Path = Path.Combine(bench.App, "app.txt") })).ErrorId);
        Assert.Empty(bench.Calls.Calls);
    }

    [SkippableFact]
    public async Task A_lifecycle_too_old_for_this_platform()
    {
        var builder = await WaywardBuilder.MakeAsync(Fixture, "#!/bin/sh\n", platformApi: "0.3");
        await using var bench = new BuildBench(Fixture);

        var failure = await bench.FailAsync(WaywardBuilder.Request(bench, builder));

        Assert.Equal(("IncompatibleApi", PackErrorKind.Unsupported), (failure.ErrorId, failure.Kind));
        Assert.Contains("0.3", failure.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("exit 11", "IncompatibleApi", 11)]
    [InlineData("exit 12", "IncompatibleApi", 12)]
    [InlineData("exit 32", "AnalyzeFailed", 32)]
    [InlineData("exit 42", "RestoreFailed", 42)]
    [InlineData("exit 62", "ExportFailed", 62)]
    [InlineData("echo 'write /layers/x: no space left on device' >&2; exit 62", "NoSpace", 62)]
    [InlineData("echo 'ERROR: failed to export: saving cache metadata: no such file' >&2; exit 62", "ExportFailed", 62)]
    public async Task A_lifecycle_that_fails(string script, string errorId, int exitCode)
    {
        var failure = await FailAsync(script);

        Assert.Equal((errorId, exitCode), (failure.ErrorId, failure.ExitCode));
        Assert.Equal(script.Contains("cache", StringComparison.Ordinal) || exitCode == 42, failure.RecommendedAction!.Contains("-ClearCache", StringComparison.Ordinal));
    }
}
