using System.Text.Json;
using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Indexes;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Publish;

/// <summary>Builds whose image goes into a registry, on whichever engine a derived class names.</summary>
public abstract class PublishTests(IBuildFixture fixture, RegistryFixture registry, OpenRegistryFixture other)
{
    /// <summary>What the tests of derived classes use.</summary>
    private protected IBuildFixture Fixture => fixture;

    /// <summary>What the tests of derived classes use.</summary>
    private protected RegistryFixture Registry => registry;

    /// <summary>What the tests of derived classes use.</summary>
    private protected OpenRegistryFixture Other => other;

    /// <summary>More than is held in memory of a layer.</summary>
    private protected static readonly string Large = new('x', 6_000_000);

    private static readonly OciPlatform Platform = new("amd64", "linux");

    [SkippableFact]
    public async Task A_published_image_is_in_its_registry_and_in_no_engine()
    {
        await using var bench = new BuildBench(fixture);
        var request = await PublishAsync(bench);

        var result = await bench.BuildAsync(request);

        var image = await ImageAsync(request);
        Assert.Equal((image.Digest, image.Id, false), (result.Digest, result.Id, result.Unchanged));
        Assert.Equal($"registry {registry.Host}", result.Location);
        Assert.Equal(fixture.Engine.Kind, result.Engine);
        Assert.DoesNotContain("annotations", await RawAsync(request.ImageName), StringComparison.Ordinal);
        Assert.Equal(OciDigest.Of(System.Text.Encoding.UTF8.GetBytes(await RawAsync(request.ImageName))), image.Digest);
        var runImage = await ImageAsync(request with { ImageName = request.RunImage! });
        Assert.Equal(runImage.Document.Descriptor.MediaType, image.Document.Descriptor.MediaType);
        Assert.Equal(runImage.Manifest.Layers, image.Manifest.Layers.Take(runImage.Manifest.Layers.Count));
        Assert.Contains($"{ImageReference.Parse(request.RunImage!).Name}@{runImage.Digest}", Label(image), StringComparison.Ordinal);
        Assert.Contains($"\"image\":\"{request.RunImage}\"", Label(image), StringComparison.Ordinal);
        var held = await bench.Engine.Images.InspectAsync([request.ImageName, request.RunImage!], CancellationToken.None);
        Assert.Empty(held);
        Assert.Empty(bench.LeftFiles());
        Assert.Contains(result.EngineCalls, call => call.Registry == registry.Host && call.Operation == "ManifestPut");
        Assert.Contains(result.Phases, phase => phase.Name == "publish");
    }

    [SkippableFact]
    public async Task Another_tool_reads_and_copies_the_image_its_index_and_its_cache_image()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("large.txt", Large);
        var request = await PublishAsync(bench);
        var cache = registry.Image(bench.Name + "-cache") + ":v1";
        var index = registry.Image(bench.Name) + ":index";

        var result = await bench.BuildAsync(request with { CacheImage = cache });
        using (var client = Client())
        {
            var store = new RegistryImageStore(client);
            var image = await ImageAsync(request);
            var document = new IndexDocument().With([IndexEntry.Of(image, null)]);
            await new IndexPublisher(store).PublishAsync(new IndexPublication(document, new Dictionary<string, ImageReference>(), [ImageReference.Parse(index)]), null, CancellationToken.None);
        }

        foreach (var name in new[] { request.ImageName, cache, index })
        {
            var seen = await Skopeo.InspectAsync(name, registry);
            var ours = await ImageAsync(request with { ImageName = name });
            var copy = bench.Folder("copy-" + Guid.NewGuid().ToString("N")[..8]);

            Assert.Equal(ours.Manifest.Layers.Select(layer => layer.Digest), seen.GetProperty("Layers").EnumerateArray().Select(layer => layer.GetString()));
            Assert.Equal(ours.Config.Config!.Labels!.Keys.Order(), seen.GetProperty("Labels").EnumerateObject().Select(label => label.Name).Order());
            await Skopeo.CopyAsync(name, copy, registry);
            Assert.All(ours.Manifest.Layers.Append(ours.Manifest.Config), blob => Assert.Equal(blob.Size, new FileInfo(Path.Combine(copy, OciDigest.Hex(blob.Digest))).Length));
        }

        Assert.Equal(result.Digest, (await Skopeo.InspectAsync(request.ImageName, registry)).GetProperty("Digest").GetString());
    }

    [SkippableFact]
    public async Task A_published_image_runs()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("large.txt", Large);
        var request = await PublishAsync(bench);
        await bench.BuildAsync(request);

        await bench.Engine.Images.PullAsync(new ImageTransfer(request.ImageName) { Credential = registry.Credential, Insecure = true }, null, CancellationToken.None);

        Assert.Equal("hello\n", await bench.RunImageAsync("--entrypoint", "show", request.ImageName));
        Assert.Equal(Large, await bench.RunImageAsync("--entrypoint", "/bin/cat", request.ImageName, "/workspace/large.txt"));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_unchanged_publish_sends_no_blob_and_no_manifest(bool stepwise)
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("large.txt", Large);
        if (stepwise)
        {
            await bench.RunStepwiseAsync();
        }

        var request = await PublishAsync(bench);
        var first = await bench.BuildAsync(request);
        await bench.BuildAsync(request);
        var sink = new RecordingSink();

        var again = await bench.BuildAsync(request, sink);

        Assert.Equal((first.Digest, true, 0), (again.Digest, again.Unchanged, again.LayersAdded));
        Assert.Empty(Sent(again));
        Assert.DoesNotContain("/.layouts", sink.Text, StringComparison.Ordinal);
        Assert.Contains($"*** Images ({first.Digest}):", sink.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_password_is_in_no_command_line_no_container_no_call_and_no_log()
    {
        await using var bench = new BuildBench(fixture);
        bench.Write("run", "env; cat /proc/self/environ /proc/1/environ 2>/dev/null | tr '\\0' '\\n'; sleep 1");
        var request = await PublishAsync(bench);
        var sink = new RecordingSink();
        using var watch = new CommandLineWatch();

        var result = await bench.BuildAsync(request, sink);

        string[] all =
        [
            .. watch.Seen(), sink.Text, JsonSerializer.Serialize(result), JsonSerializer.Serialize(result.GetLog()),
            .. Enum.GetValues<PackLogLevel>().SelectMany(sink.Messages),
            .. bench.Calls.Calls.SelectMany(call => call.Arguments),
            .. Directory.GetFiles(bench.Cache, "*", SearchOption.AllDirectories).Select(File.ReadAllText),
        ];
        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{registry.Credential.Username}:{registry.Credential.Password}"));
        Assert.Contains(watch.Seen(), line => line.Contains("/cnb/lifecycle/creator", StringComparison.Ordinal));
        Assert.All(all, text => Assert.False(
            text.Contains(registry.Credential.Password, StringComparison.Ordinal) || text.Contains(encoded, StringComparison.Ordinal), text.Length > 400 ? text[..400] : text));
    }

    /// <summary>A request to publish, with a run image that only the registry has.</summary>
    private protected async Task<BuildRequest> PublishAsync(BuildBench bench)
    {
        var runImage = await bench.PushAsync(registry, fixture.RunImage, "run");
        return bench.Request with { ImageName = registry.Image(bench.Name) + ":latest", RunImage = runImage, Publish = true, Credential = registry.Credential };
    }

    private protected RegistryClient Client() => new(new RegistryOptions { Credentials = KnownCredentials.For(registry.Host, registry.Credential) });

    private protected async Task<StoredImage> ImageAsync(BuildRequest request)
    {
        using var client = Client();
        return await new RegistryImageStore(client).ResolveAsync(ImageReference.Parse(request.ImageName), Platform, CancellationToken.None);
    }

    private static string Label(StoredImage image) => image.Config.Config!.Labels!["io.buildpacks.lifecycle.metadata"];

    private protected Task<string> RawAsync(string image) => Skopeo.RawAsync(image, registry);

    /// <summary>The requests that changed something in a registry. An upload that is begun to try the right, and taken back, does not.</summary>
    private protected static IReadOnlyList<EngineCall> Sent(BuildResult result) =>
        [.. result.EngineCalls.Where(call => call.Registry is not null && call.Operation is "BlobSend" or "BlobUpload" or "ManifestPut")];
}

/// <summary>What the platform and the registries do, for which it does not matter who the engine runs as.</summary>
public abstract class FullPublishTests(IBuildFixture fixture, RegistryFixture registry, OpenRegistryFixture other) : PublishTests(fixture, registry, other)
{
    [SkippableFact]
    public async Task Layers_of_a_named_image_are_reused_for_another_repository()
    {
        await using var bench = new BuildBench(Fixture);
        bench.Write("large.txt", Large);
        var request = await PublishAsync(bench);
        var first = await bench.BuildAsync(request);
        var branch = request with { ImageName = Registry.Image(bench.Name + "-branch") + ":latest", PreviousImage = request.ImageName };
        var sink = new RecordingSink();

        var result = await bench.BuildAsync(branch, sink);
        var again = await bench.BuildAsync(branch);

        Assert.Equal((first.Digest, false, 0), (result.Digest, result.Unchanged, result.LayersAdded));
        Assert.Contains("Reusing layer", sink.Text, StringComparison.Ordinal);
        Assert.True(again.Unchanged);
        Assert.Equal(first.Digest, (await ImageAsync(branch)).Digest);
    }

    [SkippableFact]
    public async Task A_changed_app_sends_its_own_layers_and_keeps_the_sbom()
    {
        await using var bench = new BuildBench(Fixture);
        var request = await PublishAsync(bench);
        var first = await bench.BuildAsync(request);
        var before = await ImageAsync(request);
        bench.Write("page.html", "changed");
        Directory.Delete(Path.Combine(bench.Cache, "layers"), recursive: true);

        var changed = await bench.BuildAsync(request);

        var after = await ImageAsync(request);
        Assert.NotEqual(first.Digest, changed.Digest);
        Assert.Equal((after.Digest, 1), (changed.Digest, changed.LayersAdded));
        var added = after.Manifest.Layers.Append(after.Manifest.Config).Select(blob => blob.Digest)
            .Except(before.Manifest.Layers.Append(before.Manifest.Config).Select(blob => blob.Digest));
        Assert.Equal(2, added.Count());
        Assert.Equal(2, Sent(changed).Count(call => call.Operation == "BlobUpload"));
        Assert.Equal(AppMetadata.Read(before.Config)!.SbomLayer, AppMetadata.Read(after.Config)!.SbomLayer);
    }

    [SkippableFact]
    public async Task Further_names_may_be_in_any_registry()
    {
        Other.Require();
        await using var bench = new BuildBench(Fixture);
        var request = await PublishAsync(bench) with { Tags = [":two", Registry.Image("elsewhere/" + bench.Name), Other.Image(bench.Name + ":three")] };

        var first = await bench.BuildAsync(request);
        var again = await bench.BuildAsync(request with { Tags = [.. request.Tags, ":four"] });

        Assert.Equal(5, again.Tags.Count);
        foreach (var tag in again.Tags)
        {
            Assert.Equal(first.Digest, (await ImageAsync(request with { ImageName = tag })).Digest);
            Assert.Equal(first.Digest, OciDigest.Of(System.Text.Encoding.UTF8.GetBytes(await RawAsync(tag))));
        }

        Assert.Equal(["ManifestPut"], Sent(again).Select(call => call.Operation));
    }

    [SkippableFact]
    public async Task A_run_image_of_another_registry_is_copied()
    {
        Other.Require();
        await using var bench = new BuildBench(Fixture);
        var request = await PublishAsync(bench);
        var runImage = Other.Image("base/run:1");
        using (var client = Client())
        {
            var store = new RegistryImageStore(client);
            await new StoreCopier(store, store).CopyAsync(ImageReference.Parse(request.RunImage!), [ImageReference.Parse(runImage)], CancellationToken.None);
        }

        var result = await bench.BuildAsync(request with { RunImage = runImage });

        Assert.Equal(result.Digest, (await ImageAsync(request)).Digest);
        await bench.Engine.Images.PullAsync(new ImageTransfer(request.ImageName) { Credential = Registry.Credential, Insecure = true }, null, CancellationToken.None);
        Assert.Equal("hello\n", await bench.RunImageAsync("--entrypoint", "show", request.ImageName));
    }

    [SkippableFact]
    public async Task A_wrong_password_ends_the_build_before_a_container_runs()
    {
        await using var bench = new BuildBench(Fixture);
        var request = await PublishAsync(bench) with { Credential = Registry.WrongCredential };

        var failure = await bench.FailAsync(request);

        Assert.Equal("RegistryLoginRefused", failure.ErrorId);
        Assert.DoesNotContain(bench.Calls.Calls, call => call.Operation is EngineOperation.ContainerRun or EngineOperation.ContainerCreate);
        Assert.DoesNotContain(Registry.WrongCredential.Password, failure.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_run_image_that_no_registry_has_is_an_error()
    {
        await using var bench = new BuildBench(Fixture);
        var request = await PublishAsync(bench) with { RunImage = Registry.Image("team/none:1") };

        var failure = await bench.FailAsync(request);

        Assert.Equal(("RunImageNotFound", request.RunImage), (failure.ErrorId, failure.Target));
    }

    [SkippableFact]
    public async Task A_build_that_fails_publishes_nothing()
    {
        await using var bench = new BuildBench(Fixture);
        bench.Write("fail", "");
        var request = await PublishAsync(bench);

        var failure = await bench.FailAsync(request);

        Assert.Equal("BuildpackFailed", failure.ErrorId);
        Assert.Empty(Registry.OpenUploads(ImageReference.Parse(request.ImageName).Repository));
        using var client = Client();
        Assert.Null(await client.GetManifestAsync(ImageReference.Parse(request.ImageName), CancellationToken.None));
    }

    [SkippableFact]
    public async Task A_name_that_cannot_be_given_leaves_the_main_name_as_it_was()
    {
        await using var bench = new BuildBench(Fixture);
        var request = await PublishAsync(bench);
        var first = await bench.BuildAsync(request);
        bench.Write("app.txt", "changed\n");

        var failure = await bench.FailAsync(request with { Tags = ["127.0.0.1:1/nobody/web:1"] });

        Assert.Equal("RegistryUnreachable", failure.ErrorId);
        Assert.Equal(first.Digest, (await ImageAsync(request)).Digest);
    }
}
