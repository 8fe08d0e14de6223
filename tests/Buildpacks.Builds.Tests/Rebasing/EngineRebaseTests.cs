using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Stores;
using Buildpacks.Stores.Rebasing;
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

[Collection(SharedEngines.Podman)]
public sealed class PodmanRebaseTests(BuildFixture<PodmanFixture> fixture) : EngineRebaseTests(fixture);

[Collection(SharedEngines.Docker)]
public sealed class DockerRebaseTests(BuildFixture<DockerdFixture> fixture) : EngineRebaseTests(fixture);
