using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Stores;
using Buildpacks.Stores.Rebasing;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Builds.Tests.Rebasing;

/// <summary>New run images under app images in an engine's store.</summary>
public abstract class EngineRebaseTests(IBuildFixture fixture)
{
    private const int LoadedBytes = 200_000;

    [SkippableFact]
    public async Task The_app_runs_on_the_new_run_image_and_podman_loads_no_layer()
    {
        await using var bench = new BuildBench(fixture);
        await LoadRunImageAsync(bench, "old");
        var built = await bench.BuildAsync();
        var run = await LoadRunImageAsync(bench, "new");
        var calls = new EngineCallCollector();

        var update = await RebaseAsync(bench, new RebaseRequest(bench.Name), calls);

        Assert.Equal((built.ImageName, built.Id, false), (update.Name, update.PreviousId, update.Unchanged));
        Assert.Equal(fixture.RunImage, update.RunImage);
        Assert.NotEqual(built.Id, update.Id);
        Assert.DoesNotContain(calls.Calls, call => call.Operation == EngineOperation.ImagePull);
        if (bench.Engine.Kind == PackEngineKind.Podman)
        {
            Assert.Equal(0, update.LayersMoved);
            Assert.InRange(update.BytesMoved, 1, LoadedBytes);
            Assert.DoesNotContain(calls.Calls, call => call.Operation == EngineOperation.ImageSave);
        }

        Assert.Equal("new\n", await bench.RunImageAsync("--entrypoint", "/bin/cat", bench.Name, "/base.txt"));
        Assert.Equal("hello\n", await bench.RunImageAsync("--entrypoint", "show", bench.Name));
        var app = (await bench.Engine.Images.InspectAsync([bench.Name], default))[bench.Name];
        Assert.Equal(update.Id, app.Id);
        Assert.Equal(run.Config.Rootfs.DiffIds, app.Config.Rootfs.DiffIds.Take(run.Config.Rootfs.DiffIds.Count));
        Assert.Equal(run.Config.Rootfs.DiffIds[^1], AppMetadata.Read(app.Config)!.RunImageTopLayer);
        Assert.EndsWith(update.RunImageReference, run.Id, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_image_that_has_the_run_image_is_left_as_it_is()
    {
        await using var bench = new BuildBench(fixture);
        await LoadRunImageAsync(bench, "same");
        var built = await bench.BuildAsync();
        var calls = new EngineCallCollector();

        var update = await RebaseAsync(bench, new RebaseRequest(bench.Name), calls);

        Assert.Equal((true, built.Id), (update.Unchanged, update.Id));
        Assert.DoesNotContain(calls.Calls, call => call.Operation == EngineOperation.ImageLoad);
    }

    [SkippableFact]
    public async Task A_build_after_the_update_uses_the_new_run_image_and_keeps_the_app_layers()
    {
        await using var bench = new BuildBench(fixture);
        await LoadRunImageAsync(bench, "first");
        await bench.BuildAsync();
        await LoadRunImageAsync(bench, "second");
        await RebaseAsync(bench, new RebaseRequest(bench.Name), new EngineCallCollector());

        var rebuilt = await bench.BuildAsync();

        Assert.Equal(0, rebuilt.LayersAdded);
        Assert.Equal("second\n", await bench.RunImageAsync("--entrypoint", "/bin/cat", bench.Name, "/base.txt"));
    }

    [SkippableFact]
    public async Task Another_run_image_needs_force()
    {
        await using var bench = new BuildBench(fixture);
        await LoadRunImageAsync(bench, "base");
        await bench.BuildAsync();
        var other = $"test/run-{Guid.NewGuid().ToString("N")[..8]}:1";
        await LoadRunImageAsync(bench, "other", other);
        var request = new RebaseRequest(bench.Name) { RunImage = other };

        var failure = await Assert.ThrowsAsync<PackException>(() => RebaseAsync(bench, request, new EngineCallCollector()));
        var sink = new RecordingSink();
        var update = await ImageRebaser.RebaseAsync(request with { Force = true }, bench.Engine, sink, default);

        Assert.Equal("RebaseRunImageUnknown", failure.ErrorId);
        Assert.Equal((other, fixture.RunImage), (update.RunImage, update.PreviousRunImage));
        Assert.Contains(other, Assert.Single(sink.Messages(PackLogLevel.Warning)), StringComparison.Ordinal);
        Assert.Equal("other\n", await bench.RunImageAsync("--entrypoint", "/bin/cat", bench.Name, "/base.txt"));
    }

    [SkippableFact]
    public async Task A_mirror_of_the_configuration_is_used_although_the_engine_has_the_run_image()
    {
        await using var bench = new BuildBench(fixture);
        await LoadRunImageAsync(bench, "base");
        await bench.BuildAsync();
        var mirror = $"test/mirror-{Guid.NewGuid().ToString("N")[..8]}:1";
        var there = await LoadRunImageAsync(bench, "mirror", mirror);

        var update = await RebaseAsync(bench, new RebaseRequest(bench.Name) { RunImageMirrors = [new(fixture.RunImage, mirror)] }, new EngineCallCollector());

        Assert.Equal((mirror, fixture.RunImage), (update.RunImage, update.PreviousRunImage));
        Assert.Equal("mirror\n", await bench.RunImageAsync("--entrypoint", "/bin/cat", bench.Name, "/base.txt"));
        var labels = AppMetadata.Read((await bench.Engine.Images.InspectAsync([bench.Name], default))[bench.Name].Config)!;
        Assert.Equal((fixture.RunImage, there.Config.Rootfs.DiffIds[^1]), (labels.RunImage, labels.RunImageTopLayer));
    }

    [SkippableFact]
    public async Task A_mirror_that_cannot_be_pulled_is_passed_over_with_a_warning()
    {
        await using var bench = new BuildBench(fixture);
        await LoadRunImageAsync(bench, "base");
        await bench.BuildAsync();
        await LoadRunImageAsync(bench, "newer");
        var sink = new RecordingSink();

        var update = await ImageRebaser.RebaseAsync(
            new RebaseRequest(bench.Name) { RunImageMirrors = [new(fixture.RunImage, "127.0.0.1:9/run:1")] }, bench.Engine, sink, default);

        Assert.Equal((fixture.RunImage, false), (update.RunImage, update.Unchanged));
        Assert.Contains("127.0.0.1:9/run:1", Assert.Single(sink.Messages(PackLogLevel.Warning)), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_previous_image_keeps_its_name_and_the_new_image_gets_another()
    {
        await using var bench = new BuildBench(fixture);
        await LoadRunImageAsync(bench, "old");
        var built = await bench.BuildAsync();
        var candidate = bench.Name.Split(':')[0] + ":candidate";
        var request = new RebaseRequest(candidate) { PreviousImage = bench.Name };

        var unchanged = await RebaseAsync(bench, request, new EngineCallCollector());
        var same = (await bench.Engine.Images.InspectAsync([candidate], default))[candidate];
        await LoadRunImageAsync(bench, "new");
        var updated = await RebaseAsync(bench, request with { PreviousImage = built.Id }, new EngineCallCollector());

        Assert.Equal((true, built.Id), (unchanged.Unchanged, same.Id));
        Assert.EndsWith(candidate, updated.Name, StringComparison.Ordinal);
        var images = await bench.Engine.Images.InspectAsync([bench.Name, candidate], default);
        Assert.Equal((built.Id, updated.Id), (images[bench.Name].Id, images[candidate].Id));
        Assert.Equal("new\n", await bench.RunImageAsync("--entrypoint", "/bin/cat", candidate, "/base.txt"));
        var refused = await Assert.ThrowsAsync<PackException>(() => RebaseAsync(bench, request with { PreviousImage = "test/none:1" }, new EngineCallCollector()));
        Assert.Equal(("ImageNotFound", "test/none:1"), (refused.ErrorId, refused.Target));
    }

    [SkippableTheory]
    [InlineData(PullPolicy.Never)]
    [InlineData(PullPolicy.IfNotPresent)]
    [InlineData(PullPolicy.Always)]
    public async Task The_run_image_is_pulled_by_the_pull_policy(PullPolicy policy)
    {
        await using var bench = new BuildBench(fixture);
        await LoadRunImageAsync(bench, "base");
        await bench.BuildAsync();
        const string Nowhere = "127.0.0.1:9/run:1";
        var request = new RebaseRequest(bench.Name) { RunImage = Nowhere, PullPolicy = policy, Force = true };
        var calls = new EngineCallCollector();

        var failure = await Assert.ThrowsAsync<PackException>(() => RebaseAsync(bench, request, calls));
        await bench.Engine.Images.TagAsync(fixture.RunImage, Nowhere, default);
        var present = new EngineCallCollector();
        var update = await RebaseAsync(bench, request, present);

        Assert.Equal("RunImageNotFound", failure.ErrorId);
        Assert.Equal(policy != PullPolicy.Never, calls.Calls.Any(call => call.Operation == EngineOperation.ImagePull));
        Assert.Equal(policy == PullPolicy.Always, present.Calls.Any(call => call.Operation == EngineOperation.ImagePull));
        Assert.Equal(Nowhere, update.RunImage);
        Assert.All(
            calls.Calls.Where(call => call.Operation == EngineOperation.ImagePull && call.Engine == PackEngineKind.Podman),
            call => Assert.Contains("--tls-verify=false", call.Arguments));
        await bench.Engine.Images.RemoveAsync(Nowhere, force: false, default);
    }

    [SkippableFact]
    public async Task What_is_not_there_and_what_is_no_app_are_failures()
    {
        await using var bench = new BuildBench(fixture);

        var missing = await Assert.ThrowsAsync<PackException>(() => RebaseAsync(bench, new RebaseRequest("test/none"), new EngineCallCollector()));
        var plain = await Assert.ThrowsAsync<PackException>(() => RebaseAsync(bench, new RebaseRequest(fixture.RunImage), new EngineCallCollector()));

        Assert.Equal(("ImageNotFound", "RebaseAppInvalid"), (missing.ErrorId, plain.ErrorId));
    }

    private async Task<PackImageUpdate> RebaseAsync(BuildBench bench, RebaseRequest request, EngineCallCollector calls)
    {
        await using var engine = fixture.Engine.CreateEngine(calls);
        return await ImageRebaser.RebaseAsync(request, engine, new RecordingSink(), default);
    }

    private async Task<ImageDetail> LoadRunImageAsync(BuildBench bench, string text, string? name = null)
    {
        name ??= fixture.RunImage;
        await new TestImage
        {
            Name = name, User = "1000:1000", Environment = ["PATH=/bin"], Padding = 5_000_000, Files = new Dictionary<string, string> { ["/base.txt"] = text + "\n" },
        }.LoadAsync(bench.Engine);
        return (await bench.Engine.Images.InspectAsync([name], default))[name];
    }
}

[Trait("Category", "Long")]
[Collection(SharedEngines.Podman)]
public sealed class PodmanRebaseTests(BuildFixture<PodmanFixture> fixture) : EngineRebaseTests(fixture);

[Collection(SharedEngines.Docker)]
public sealed class DockerRebaseTests(BuildFixture<DockerdFixture> fixture) : EngineRebaseTests(fixture);
