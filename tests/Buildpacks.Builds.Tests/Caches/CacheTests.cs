using System.Text;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Caches;
using Buildpacks.Caches.Images;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Caches;

[Collection(SharedEngines.Podman)]
public sealed class CachesOnPodman(BuildFixture<PodmanFixture> fixture, RegistryFixture registry)
    : CacheTests(fixture, registry), IClassFixture<RegistryFixture>
{
    [SkippableFact]
    public Task A_cache_image_serves_another_machine_step_by_step() => ServesAsync(stepwise: true);
}

[Collection(SharedEngines.Docker)]
public sealed class CachesOnDocker(BuildFixture<DockerdFixture> fixture, RegistryFixture registry)
    : CacheTests(fixture, registry), IClassFixture<RegistryFixture>
{
    [SkippableFact]
    public async Task A_folder_of_the_launch_cache_that_does_not_exist_is_created()
    {
        await using var bench = new BuildBench(Fixture);
        var folder = Path.Combine(bench.Folder("files"), "new");

        await bench.BuildAsync(bench.Request with { Caches = [$"type=launch;format=bind;source={folder}"], ExportRoute = ExportRoute.Daemon, TrustBuilder = true });

        Assert.True(Directory.Exists(Path.Combine(folder, "launch-cache")));
    }
}

/// <summary>Builds whose cache is an image in a registry, a named volume or a folder. The test buildpack counts builds in a layer of the cache.</summary>
public abstract class CacheTests(IBuildFixture fixture, RegistryFixture registry)
{
    private protected IBuildFixture Fixture => fixture;

    [SkippableFact]
    public Task A_cache_image_serves_another_machine() => ServesAsync(stepwise: false);

    [SkippableFact]
    public async Task Images_can_share_a_named_volume_or_a_folder()
    {
        await using var bench = new BuildBench(fixture);
        var volume = "test-" + Guid.NewGuid().ToString("N")[..8];
        try
        {
            await SharesAsync($"type=build;format=volume;name={volume}");
            await SharesAsync("type=build;format=bind;source=caches");
        }
        finally
        {
            await bench.Engine.Volumes.RemoveAsync(volume, force: true, CancellationToken.None);
        }

        Assert.True(File.Exists(Path.Combine(bench.Folder("caches"), "build-cache", "committed", CacheMetadata.Name)));

        async Task SharesAsync(string cache)
        {
            var request = bench.Request with { Caches = [cache], BaseFolder = Path.GetDirectoryName(bench.Folder("caches"))! };
            Assert.Contains("build number 1", await OutputAsync(bench, request), StringComparison.Ordinal);
            Assert.Contains("build number 2", await OutputAsync(bench, request with { ImageName = bench.Name + "-other" }), StringComparison.Ordinal);
            Assert.Contains("build number 1", await OutputAsync(bench, request with { ClearCache = true }), StringComparison.Ordinal);
            Assert.Contains("build number 2", await OutputAsync(bench, request), StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task An_unchanged_cache_moves_no_blob()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("steady", "");
        var request = await PublishAsync(bench);
        await bench.BuildAsync(request);
        await bench.BuildAsync(request);

        var again = await bench.BuildAsync(request);

        Assert.DoesNotContain(again.EngineCalls, call => call.Operation is "BlobUpload" or "BlobSend" or "ManifestPut");
        Assert.DoesNotContain(again.EngineCalls, call => call.Operation == "BlobGet" && call.BytesReceived > 10_000);
        Assert.Empty(again.Warnings);
    }

    [SkippableFact]
    public async Task An_image_that_is_no_cache_image_is_replaced_with_a_warning()
    {
        await using var bench = new BuildBench(fixture);
        var request = await PublishAsync(bench);
        using var client = Client();
        var store = new RegistryImageStore(client);
        await new StoreCopier(store, store).CopyAsync(ImageReference.Parse(request.RunImage!), [ImageReference.Parse(request.CacheImage!)], CancellationToken.None);
        var sink = new RecordingSink();

        var result = await bench.BuildAsync(request, sink);

        Assert.Contains("build number 1", sink.Text, StringComparison.Ordinal);
        Assert.Contains(result.Warnings, warning => warning.Contains("is not a cache image", StringComparison.Ordinal));
        Assert.NotNull(await CacheAsync(request));
    }

    [SkippableFact]
    public async Task A_layer_that_is_not_what_the_label_says_is_not_restored()
    {
        await using var bench = new BuildBench(fixture);
        var request = await PublishAsync(bench);
        await bench.BuildAsync(request);
        var cache = (await CacheAsync(request))!;
        using (var client = Client())
        {
            // The content of each layer is that of another.
            using var other = BlobSource.OfBytes(MediaTypes.LayerTar, Encoding.ASCII.GetBytes("other"));
            var store = new RegistryImageStore(client);
            await store.PutBlobAsync(cache.Name, other, null, CancellationToken.None);
            await new CacheImageWriter(store).WriteAsync(
                cache.Name, cache.Metadata, cache.Layers.Keys.ToDictionary(diffId => diffId, _ => other.Descriptor), new Dictionary<string, BlobSource>(), CancellationToken.None);
        }

        await using var machine = new BuildBench(fixture);
        var sink = new RecordingSink();

        var result = await machine.BuildAsync(request, sink);

        Assert.Contains("build number 1", sink.Text, StringComparison.Ordinal);
        Assert.Contains(result.Warnings, warning => warning.Contains("cannot be used", StringComparison.Ordinal));
        Assert.Empty(machine.LeftFiles());
    }

    [SkippableFact]
    public async Task A_cleared_cache_image_is_not_read_and_is_written_again()
    {
        await using var bench = new BuildBench(fixture);
        var request = await PublishAsync(bench);
        await bench.BuildAsync(request);
        await bench.BuildAsync(request);
        var sink = new RecordingSink();

        await bench.BuildAsync(request with { ClearCache = true }, sink);

        Assert.Contains("build number 1", sink.Text, StringComparison.Ordinal);
        Assert.Contains("build number 2", await OutputAsync(bench, request), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_volume_that_was_removed_is_filled_again()
    {
        await using var bench = new BuildBench(fixture);
        var request = await PublishAsync(bench);
        await bench.BuildAsync(request);
        var volume = CacheNames.For(ImageReference.Parse(request.ImageName), bench.Places.Keys).ImageCopy;
        await bench.Engine.Volumes.RemoveAsync(volume, force: false, CancellationToken.None);

        Assert.Contains("build number 2", await OutputAsync(bench, request), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_registry_that_cannot_be_written_ends_the_build_before_a_container_runs()
    {
        await using var bench = new BuildBench(fixture);
        var request = await PublishAsync(bench);

        var failure = await bench.FailAsync(request with { CacheImage = "127.0.0.1:1/nobody/cache" });

        Assert.Equal("RegistryUnreachable", failure.ErrorId);
        Assert.DoesNotContain(bench.Calls.Calls, call => call.Operation is EngineOperation.ContainerRun or EngineOperation.ContainerCreate);
    }

    [SkippableFact]
    public async Task A_build_that_is_cancelled_after_its_image_leaves_the_cache_image_as_it_was()
    {
        await using var bench = new BuildBench(fixture);
        var request = await PublishAsync(bench);
        await bench.BuildAsync(request);
        var before = await CacheAsync(request);
        using var cancel = new CancellationTokenSource();
        bench.OnCall = call =>
        {
            if (call.Operation is EngineOperation.ContainerRun or EngineOperation.ContainerRemove)
            {
                cancel.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.BuildAsync(request, cancellationToken: cancel.Token));

        Assert.Equal(before!.Metadata.Text, (await CacheAsync(request))!.Metadata.Text);
    }

    protected async Task ServesAsync(bool stepwise)
    {
        await using var first = new BuildBench(fixture);
        await using var second = new BuildBench(fixture);
        if (stepwise)
        {
            await first.RunStepwiseAsync();
            await second.RunStepwiseAsync();
        }

        var request = await PublishAsync(first);

        Assert.Contains("build number 1", await OutputAsync(first, request), StringComparison.Ordinal);
        var written = (await CacheAsync(request))!;
        Assert.Contains("build number 2", await OutputAsync(second, request), StringComparison.Ordinal);
        Assert.Contains("build number 3", await OutputAsync(first, request), StringComparison.Ordinal);
        Assert.Contains("build number 4", await OutputAsync(first, request), StringComparison.Ordinal);

        var raw = await Skopeo.RawAsync(request.CacheImage!, registry);
        var cache = (await CacheAsync(request))!;
        Assert.All(cache.Layers.Values, blob => Assert.Contains(blob.Digest, raw, StringComparison.Ordinal));
        Assert.NotEqual(written.Metadata.Text, cache.Metadata.Text);
        Assert.Contains($"\"key\":\"{TestBuildpack.Id}\"", cache.Metadata.Text, StringComparison.Ordinal);
        Assert.Empty(first.LeftFiles());
    }

    private static async Task<string> OutputAsync(BuildBench bench, BuildRequest request)
    {
        var sink = new RecordingSink();
        await bench.BuildAsync(request, sink);
        return sink.Text;
    }

    private async Task<BuildRequest> PublishAsync(BuildBench bench)
    {
        var runImage = await bench.PushAsync(registry, fixture.RunImage, "run");
        return bench.Request with
        {
            ImageName = registry.Image(bench.Name) + ":latest",
            RunImage = runImage,
            Publish = true,
            Credential = registry.Credential,
            CacheImage = registry.Image(bench.Name) + "-cache:latest",
        };
    }

    private RegistryClient Client() => new(new RegistryOptions { Credentials = KnownCredentials.For(registry.Host, registry.Credential) });

    private async Task<CacheImage?> CacheAsync(BuildRequest request)
    {
        using var client = Client();
        var image = await new RegistryImageStore(client).TryResolveAsync(ImageReference.Parse(request.CacheImage!), new OciPlatform("", "linux"), CancellationToken.None);
        return image is null ? null : CacheImage.Of(image);
    }
}
