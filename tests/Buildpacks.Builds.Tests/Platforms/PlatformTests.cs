using Buildpacks.Builds.Explaining;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Indexes;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Platforms;

[Trait("Category", "Long")]
[Collection(SharedEngines.Podman)]
public sealed class PodmanPlatformTests(BuildFixture<PodmanFixture> fixture, OpenRegistryFixture registry)
    : PlatformTests(fixture, registry), IClassFixture<OpenRegistryFixture>;

[Collection(SharedEngines.Docker)]
public sealed class DockerPlatformTests(BuildFixture<DockerdFixture> fixture, OpenRegistryFixture registry)
    : PlatformTests(fixture, registry), IClassFixture<OpenRegistryFixture>;

/// <summary>Builds for a platform that is chosen, and for several.</summary>
public abstract class PlatformTests(IBuildFixture fixture, OpenRegistryFixture registry)
{
    private const string Amd = "linux/amd64";
    private const string Arm = "linux/arm64";

    [SkippableFact]
    public async Task Builder_and_run_image_of_the_platform_are_taken_out_of_their_indexes()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("run", "echo \"for $CNB_TARGET_ARCH\"\n");
        var request = await RequestAsync(bench);
        var sink = new RecordingSink();

        var arm = await bench.BuildAsync(request with { Platform = Arm }, sink);
        var again = await bench.BuildAsync(request with { Platform = Arm });
        var amd = await bench.BuildAsync(request with { Platform = Amd });

        Assert.Contains("for arm64", sink.Text, StringComparison.Ordinal);
        Assert.Equal((Arm, request.Builder, request.RunImage), (arm.Platform, arm.Builder, arm.RunImage));
        Assert.Equal((arm.Id, true), (again.Id, again.Unchanged));
        Assert.DoesNotContain(again.EngineCalls, call => call.Operation == EngineOperation.ImagePull || call.Registry is not null);
        Assert.Equal((Amd, 0), (amd.Platform, amd.LayersReused));
        var config = (await bench.Engine.Images.InspectAsync([bench.Name], CancellationToken.None))[bench.Name].Config;
        Assert.Equal("amd64", config.Architecture);
        Assert.Empty(amd.Warnings);
    }

    [SkippableFact]
    public async Task A_project_is_tested_for_a_platform_and_nothing_is_pulled()
    {
        await using var bench = new BuildBench(fixture);
        var request = await RequestAsync(bench) with { Platform = Amd, TrustBuilder = true, ExportRoute = bench.Engine.Kind == PackEngineKind.Docker ? ExportRoute.Daemon : ExportRoute.Layout };
        var before = bench.Calls.Calls.Count;

        var report = await ProjectTest.RunAsync(request, bench.Engine, bench.Engine.Kind, null, bench.Places, new RecordingSink(), CancellationToken.None);

        Assert.Empty(report.Problems);
        Assert.DoesNotContain(bench.Calls.Calls.Skip(before), call => call.Operation is EngineOperation.ImagePull or EngineOperation.ImageTag);
    }

    [SkippableFact]
    public async Task A_platform_that_is_not_there_is_an_error_with_those_that_are()
    {
        await using var bench = new BuildBench(fixture);
        var request = await RequestAsync(bench);

        var builder = await bench.FailAsync(request with { Platform = "linux/s390x" });
        var local = await bench.FailAsync(bench.Request with { Platform = Arm, PullPolicy = PullPolicy.Never });
        var invalid = await bench.FailAsync(bench.Request with { Platform = "arm64" });

        Assert.Equal(("PlatformNotFound", request.Builder), (builder.ErrorId, builder.Target));
        Assert.Contains($"{Amd}, {Arm}", builder.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("PlatformNotFound", local.ErrorId);
        Assert.Contains($"is for {Amd}, and not for {Arm}", local.Message, StringComparison.Ordinal);
        Assert.Equal("PlatformInvalid", invalid.ErrorId);
    }

    [SkippableFact]
    public async Task An_index_of_all_platforms_is_published_and_nothing_is_put_when_nothing_changed()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("run", "echo \"for $CNB_TARGET_ARCH\"\n");
        var request = await RequestAsync(bench) with
        {
            ImageName = registry.Image(bench.Name + ":1"), Tags = [":two", registry.Image("elsewhere/" + bench.Name)], Publish = true,
            SbomFolder = bench.Folder("sboms"),
        };

        var first = await BuildAsync(bench, request, Amd, Arm);
        var again = await BuildAsync(bench, request, Amd, Arm);

        Assert.Equal([Amd, Arm], first.Images.Select(image => image.Platform));
        foreach (var tag in first.Tags)
        {
            var index = await IndexAsync(tag);
            Assert.Equal(first.Digest, index.Digest);
            Assert.Equal(first.Images.Select(image => (image.Digest!, image.Platform!)), index.Document.Entries.Select(entry => (entry.Digest, entry.Platform!.ToString())));
        }

        Assert.Equal(3, first.Tags.Count);
        Assert.Equal((false, true), (first.Unchanged, again.Unchanged));
        Assert.Equal(first.Digest, again.Digest);
        Assert.All(again.Images, image => Assert.True(image.Unchanged));
        Assert.DoesNotContain(again.EngineCalls, call => call.Registry is not null && call.Operation is "ManifestPut" or "BlobUpload" or "BlobMount");
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(request.SbomFolder, "linux-amd64"), "*", SearchOption.AllDirectories));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(request.SbomFolder, "linux-arm64"), "*", SearchOption.AllDirectories));

        // What is in the index is what a build for one platform publishes.
        var single = await bench.BuildAsync(request with { ImageName = registry.Image(bench.Name + "-arm"), Tags = [], Platform = Arm, SbomFolder = null });
        Assert.Equal(first.Images[1].Digest, single.Digest);
    }

    [SkippableFact]
    public async Task A_platform_that_cannot_be_built_leaves_the_index_as_it_was()
    {
        await using var bench = new BuildBench(fixture);
        var request = await RequestAsync(bench) with { ImageName = registry.Image(bench.Name + ":1"), Publish = true };
        var before = await BuildAsync(bench, request, Amd, Arm);
        bench.Write("run", "[ $CNB_TARGET_ARCH = amd64 ]\n");
        bench.Write("app.txt", "changed\n");

        var failure = await Assert.ThrowsAsync<PackException>(() => BuildAsync(bench, request, Amd, Arm));

        Assert.Equal(("BuildpackFailed", "test/app"), (failure.ErrorId, failure.BuildpackId));
        Assert.StartsWith($"The image for {Arm} was not built", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Log);
        Assert.Equal(before.Digest, (await IndexAsync(request.ImageName)).Digest);
        Assert.DoesNotContain(await bench.LeftoversAsync(), left => left.StartsWith("container", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_builder_whose_programs_the_engine_cannot_run_is_told_of()
    {
        const string foreign = "\u007fELF\u0002\u0001\u0001, for no processor that there is, and long enough for the header of a program";
        await using var bench = new BuildBench(fixture);
        var builder = await WaywardBuilder.MakeAsync(fixture, foreign, files: new Dictionary<string, string> { ["bin/sh"] = foreign });

        var failure = await bench.FailAsync(WaywardBuilder.Request(bench, builder));

        Assert.Equal(("PlatformNotRunnable", builder), (failure.ErrorId, failure.Target));
        Assert.Contains("which is for linux/", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await bench.LeftoversAsync(), left => left.StartsWith("container", StringComparison.Ordinal));
    }

    private async Task<BuildRequest> RequestAsync(BuildBench bench)
    {
        registry.Require();
        fixture.Engine.LogIn(registry.Host, new RegistryCredential("anyone", "anything"));
        var (builder, run) = (registry.Image("builder:" + bench.Name[^8..]), registry.Image("run:" + bench.Name[^8..]));
        await PlatformIndex.MakeAsync(bench.Engine, fixture.Builder, builder);
        await PlatformIndex.MakeAsync(bench.Engine, fixture.RunImage, run);
        return bench.Request with { Builder = builder, RunImage = run };
    }

    private async Task<BuildIndexResult> BuildAsync(BuildBench bench, BuildRequest request, params string[] platforms)
    {
        var builds = platforms.Select(platform => (platform, calls: new EngineCallCollector())).Select(build => new PlatformBuild(build.platform, fixture.Engine.CreateEngine(build.calls), build.calls)).ToList();
        try
        {
            return await IndexBuild.RunAsync(request, builds, bench.Places, new RecordingSink(), CancellationToken.None);
        }
        finally
        {
            foreach (var build in builds)
            {
                await build.Engine.DisposeAsync();
            }
        }
    }

    private static async Task<(IndexDocument Document, string Digest)> IndexAsync(string name)
    {
        using var client = new RegistryClient(new RegistryOptions());
        var stored = await new RegistryImageStore(client).GetAsync(ImageReference.Parse(name), CancellationToken.None);
        return (IndexDocument.Read(stored.Content)!, stored.Descriptor.Digest);
    }
}
