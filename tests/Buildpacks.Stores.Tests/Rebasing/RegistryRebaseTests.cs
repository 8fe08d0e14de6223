using System.Globalization;
using System.Text;
using System.Text.Json;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores.Rebasing;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Registries;
using Microsoft.Extensions.Logging.Abstractions;

namespace Buildpacks.Stores.Tests.Rebasing;

/// <summary>New run images under app images of a real registry.</summary>
public sealed class RegistryRebaseTests(OpenRegistryFixture registry) : IClassFixture<OpenRegistryFixture>, IDisposable
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Lifecycle = "io.buildpacks.lifecycle.metadata";

    private readonly CallLog _calls = new();
    private readonly RecordingSink _sink = new();
    private RegistryClient? _client;
    private ImageReference? _app;
    private ImageReference? _run;

    private RegistryImageStore Store => new(_client ??= new RegistryClient(TestOptions.None with { Observer = _calls }));

    private ImageReference App => _app ??= TestOptions.NewName(registry.Host, "app");

    private ImageReference Run => _run ??= TestOptions.NewName(registry.Host, "run");

    /// <summary>Whether images get docker's media types.</summary>
    private bool IsDocker { get; set; }

    public void Dispose() => _client?.Dispose();

    [SkippableFact]
    public async Task The_registry_takes_the_new_layers_from_the_run_image_and_no_layer_is_sent()
    {
        registry.Require();
        var old = await PutRunImageAsync(1, 2);
        var app = await PutAppAsync(old);
        var run = await PutRunImageAsync(3, 4, 5);
        var before = _calls.Calls.Count;

        var update = await RebaseAsync(new RebaseRequest(App.ToString()));

        var image = await Store.ResolveAsync(App, TestContent.Amd64, default);
        Assert.Equal([.. run.Manifest.Layers, .. app.Manifest.Layers.Skip(2)], image.Manifest.Layers);
        Assert.Equal([.. run.Config.Rootfs.DiffIds, .. app.Config.Rootfs.DiffIds.Skip(2)], image.Config.Rootfs.DiffIds);
        Assert.Equal((image.Digest, image.Id, app.Digest), (update.Digest, update.Id, update.PreviousDigest));
        Assert.Equal((3, 0, false), (update.LayersMounted, update.LayersMoved, update.Unchanged));
        Assert.Equal(($"{Run.Name}@{run.Digest}", $"{Run.Name}@{old.Digest}"), (update.RunImageReference, update.PreviousRunImageReference));
        Assert.InRange(_calls.Calls.Skip(before).Sum(call => call.BytesSent), 1, 10_000);
        foreach (var layer in image.Manifest.Layers)
        {
            Assert.Equal(layer.Size, (await TestContent.ReadAsync(Store, App, layer)).Length);
        }
    }

    [SkippableFact]
    public async Task The_config_and_the_manifest_have_the_form_of_the_reference()
    {
        registry.Require();
        IsDocker = true;
        await PutAppAsync(await PutRunImageAsync(1, 2));
        var run = await PutRunImageAsync(3);

        await RebaseAsync(new RebaseRequest(App.ToString()));

        var image = await Store.ResolveAsync(App, TestContent.Amd64, default);
        const string created = """{"created":"1980-01-01T00:00:01Z"}""";
        var (layer, appLayer) = (run.Manifest.Layers[0], image.Manifest.Layers[1]);
        var label = JsonSerializer.Serialize(
            $$$$"""{"app":[{"sha":"{{{{appLayer.Digest}}}}"}],"buildpacks":[{"key":"a/b","version":"1","layers":{"x":{"sha":"s","data":{"a":1.5},"build":false,"launch":true,"cache":false}}}],"config":{"sha":"c"},"launcher":{"sha":""},"process-types":{"sha":""},"runImage":{"topLayer":"{{{{layer.Digest}}}}","reference":"{{{{Run.Name}}}}@{{{{run.Digest}}}}","image":"{{{{Run}}}}"},"stack":{"runImage":{"image":"{{{{Run}}}}"}}}""",
            Relaxed);
        Assert.Equal(
            $$$"""{"architecture":"amd64","created":"1980-01-01T00:00:01Z","history":[{{{created}}},{{{created}}}],"os":"linux","rootfs":{"type":"layers","diff_ids":["{{{layer.Digest}}}","{{{appLayer.Digest}}}"]},"config":{"Cmd":["a \u003c b \u0026 ü"],"Env":["CNB_PLATFORM_API=0.15","X=1"],"Labels":{"a":"kept","io.buildpacks.base.new":"3","{{{Lifecycle}}}":{{{label}}}},"User":"1000","ExposedPorts":{"80/tcp":{}},"Shell":["sh"]}}""",
            Encoding.UTF8.GetString(image.ConfigContent.Span));
        Assert.Equal(
            $$"""{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":{{image.ConfigContent.Length.ToString(CultureInfo.InvariantCulture)}},"digest":"{{image.Id}}"},"layers":[{"mediaType":"{{layer.MediaType}}","size":5000,"digest":"{{layer.Digest}}"},{"mediaType":"{{appLayer.MediaType}}","size":5000,"digest":"{{appLayer.Digest}}"}]}""",
            Encoding.UTF8.GetString(image.Document.Content.Span));
    }

    [SkippableTheory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Media_types_are_of_the_run_images_kind(bool runImageIsDocker, bool appIsDocker)
    {
        registry.Require();
        IsDocker = appIsDocker;
        await PutAppAsync(await PutRunImageAsync(1));
        IsDocker = runImageIsDocker;
        await PutRunImageAsync(2);

        await RebaseAsync(new RebaseRequest(App.ToString()));

        var image = await Store.ResolveAsync(App, TestContent.Amd64, default);
        var layer = runImageIsDocker ? MediaTypes.DockerLayerTar : MediaTypes.LayerTar;
        Assert.Equal(
            (runImageIsDocker ? MediaTypes.DockerManifest : MediaTypes.Manifest, runImageIsDocker ? MediaTypes.DockerConfig : MediaTypes.Config),
            (image.Document.Descriptor.MediaType, image.Manifest.Config.MediaType));
        Assert.Equal([layer, layer], image.Manifest.Layers.Select(blob => blob.MediaType));
    }

    [SkippableFact]
    public async Task An_image_that_has_the_run_image_is_left_as_it_is()
    {
        registry.Require();
        await PutAppAsync(await PutRunImageAsync(1));
        await PutRunImageAsync(2);
        var first = await RebaseAsync(new RebaseRequest(App.ToString()));
        var before = _calls.Calls.Count;

        var second = await RebaseAsync(new RebaseRequest(App.ToString()));

        Assert.Equal((false, true, first.Digest), (first.Unchanged, second.Unchanged, second.Digest));
        Assert.DoesNotContain(_calls.Calls.Skip(before), call => call.Method is "PUT" or "POST" or "PATCH");
    }

    [SkippableFact]
    public async Task Layers_of_a_run_image_in_another_repository_that_may_not_be_read_fail_and_leave_the_name()
    {
        registry.Require();
        var app = await PutAppAsync(await PutRunImageAsync(1));

        var failure = await Assert.ThrowsAsync<PackException>(() => RebaseAsync(new RebaseRequest(App.ToString()) { RunImage = $"{registry.Host}/none/run:1", Force = true }));

        Assert.Equal("ImageNotFound", failure.ErrorId);
        Assert.Equal(app.Digest, (await Store.GetAsync(App, default)).Descriptor.Digest);
    }

    [SkippableFact]
    public async Task Another_run_image_needs_force_and_is_named_in_the_labels_then()
    {
        registry.Require();
        await PutAppAsync(await PutRunImageAsync(1));
        var other = TestOptions.NewName(registry.Host, "run");
        await PutAsync(other, [2], new() { ["io.buildpacks.base.new"] = "2" });
        var request = new RebaseRequest(App.ToString()) { RunImage = other.ToString() };

        var failure = await Assert.ThrowsAsync<PackException>(() => RebaseAsync(request));
        var update = await RebaseAsync(request with { Force = true });

        Assert.Equal("RebaseRunImageUnknown", failure.ErrorId);
        Assert.Contains(Run.ToString(), failure.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal((other.ToString(), Run.ToString()), (update.RunImage, update.PreviousRunImage));
        var labels = AppMetadata.Read((await Store.ResolveAsync(App, TestContent.Amd64, default)).Config)!;
        Assert.Equal((other.ToString(), update.RunImageReference), (labels.RunImage, labels.RunImageReference));
    }

    [SkippableFact]
    public async Task A_mirror_of_the_configuration_is_used_and_the_labels_keep_the_name_of_the_run_image()
    {
        registry.Require();
        await PutAppAsync(await PutRunImageAsync(1));
        var mirror = TestOptions.NewName(registry.Host, "mirror");
        var there = await PutAsync(mirror, [2], []);

        var update = await RebaseAsync(new RebaseRequest(App.ToString()) { RunImageMirrors = [new("other/run", "other/mirror"), new(Run.ToString(), mirror.ToString())] });

        var reference = $"{mirror.Name}@{there.Digest}";
        Assert.Equal((mirror.ToString(), reference, false), (update.RunImage, update.RunImageReference, update.Unchanged));
        var app = await Store.ResolveAsync(App, TestContent.Amd64, default);
        var labels = AppMetadata.Read(app.Config)!;
        Assert.Equal((Run.ToString(), reference, there.Config.Rootfs.DiffIds[^1]), (labels.RunImage, labels.RunImageReference, labels.RunImageTopLayer));
        var unchanged = await RebaseAsync(new RebaseRequest(App.ToString()) { RunImage = mirror.ToString(), RunImageMirrors = [new(Run.ToString(), mirror.ToString())] });
        Assert.Equal((true, app.Digest), (unchanged.Unchanged, unchanged.Digest));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_previous_image_stays_as_it_is_and_the_new_one_gets_the_name(bool otherRepository)
    {
        registry.Require();
        var app = await PutAppAsync(await PutRunImageAsync(1));
        var name = otherRepository ? TestOptions.NewName(registry.Host, "copy") : App.WithTag("candidate");
        var request = new RebaseRequest(name.ToString()) { PreviousImage = App.ToString() };

        var unchanged = await RebaseAsync(request);
        var first = await Store.ResolveAsync(name, TestContent.Amd64, default);
        var run = await PutRunImageAsync(2, 3);
        var updated = await RebaseAsync(request);

        Assert.Equal((true, app.Digest, name.ToString()), (unchanged.Unchanged, first.Digest, unchanged.Name));
        Assert.Equal((false, app.Digest, name.ToString()), (updated.Unchanged, updated.PreviousDigest, updated.Name));
        var image = await Store.ResolveAsync(name, TestContent.Amd64, default);
        Assert.Equal(updated.Digest, image.Digest);
        Assert.Equal([.. run.Manifest.Layers.Select(layer => layer.Digest), app.Manifest.Layers[^1].Digest], image.Manifest.Layers.Select(layer => layer.Digest));
        foreach (var layer in image.Manifest.Layers.Append(image.Manifest.Config))
        {
            Assert.Equal(layer.Digest, OciDigest.Of(await TestContent.ReadAsync(Store, name, layer)));
        }

        Assert.Equal(app.Digest, (await Store.GetAsync(App, default)).Descriptor.Digest);
    }

    [SkippableFact]
    public async Task A_mirror_that_is_not_found_is_passed_over_with_a_warning()
    {
        registry.Require();
        await PutAppAsync(await PutRunImageAsync(1));
        await PutRunImageAsync(2);
        var mirror = $"{registry.Host}/none/run:1";
        using var loggers = new SinkLoggerFactory(_sink);

        var update = await new RegistryRebaser(Store, loggers.CreateLogger("test"))
            .RebaseAsync(new RebaseRequest(App.ToString()) { RunImageMirrors = [new(Run.ToString(), mirror)] }, null, default);

        Assert.Equal((Run.ToString(), false), (update.RunImage, update.Unchanged));
        Assert.Contains(mirror, Assert.Single(_sink.Messages(PackLogLevel.Warning)), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_newest_run_image_is_compared_by_the_mirror_that_an_update_uses()
    {
        registry.Require();
        await PutAppAsync(await PutRunImageAsync(1));
        var mirror = TestOptions.NewName(registry.Host, "mirror");
        var there = await PutAsync(mirror, [2], []);

        var byName = await FindAsync([]);
        var byMirror = await FindAsync([new(Run.ToString(), mirror.ToString())]);

        Assert.Equal((false, null), (byName.RunImageOutdated, byName.NewerRunImage));
        Assert.Equal((true, $"{mirror.Name}@{there.Digest}"), (byMirror.RunImageOutdated, byMirror.NewerRunImage));

        async Task<PackImage> FindAsync(IReadOnlyList<PackRunImageMirror> mirrors)
        {
            using var check = new RunImageCheck(null, Store, mirrors);
            return Assert.Single(await RegistryCatalog.FindAsync([App.ToString()], Store, check, default)).Image!;
        }
    }

    [SkippableTheory]
    [InlineData("io.buildpacks.rebasable", "false", "amd64", "RebaseRefused")]
    [InlineData("a", "kept", "arm64", "RebaseRunImageMismatch")]
    public async Task What_speaks_against_it_needs_force(string label, string value, string architecture, string errorId)
    {
        registry.Require();
        await PutAppAsync(await PutRunImageAsync(1), new() { [label] = value });
        await PutAsync(Run, [2], [], architecture);

        var failure = await Assert.ThrowsAsync<PackException>(() => RebaseAsync(new RebaseRequest(App.ToString())));
        var update = await RebaseAsync(new RebaseRequest(App.ToString()) { Force = true });

        Assert.Equal((errorId, false), (failure.ErrorId, update.Unchanged));
        Assert.Equal(architecture, (await Store.ResolveAsync(App, TestContent.Amd64, default)).Config.Architecture);
    }

    [SkippableFact]
    public async Task Without_its_run_images_last_layer_an_image_is_refused_with_force_too()
    {
        registry.Require();
        var run = await PutRunImageAsync(1);
        await PutAppAsync(run with { Config = run.Config with { Rootfs = new OciRootFs { DiffIds = [OciDigest.Of("other"u8)] } } });

        var failure = await Assert.ThrowsAsync<PackException>(() => RebaseAsync(new RebaseRequest(App.ToString()) { Force = true }));
        var plain = await Assert.ThrowsAsync<PackException>(() => RebaseAsync(new RebaseRequest(Run.ToString()) { RunImage = Run.ToString() }));

        Assert.Equal(("RebaseAppInvalid", "RebaseAppInvalid"), (failure.ErrorId, plain.ErrorId));
    }

    [SkippableFact]
    public async Task Images_are_shown_in_the_order_of_their_names_and_each_failure_is_its_own()
    {
        registry.Require();
        var run = await PutRunImageAsync(1);
        var app = await PutAppAsync(run);

        var findings = await RegistryCatalog.FindAsync([App.ToString(), "Not a name", $"{App.Name}:none", Run.ToString(), $"{App.Name}@{app.Digest}"], Store, null, default);

        Assert.Equal([null, "ImageNameInvalid", "ImageNotFound", null, null], findings.Select(finding => finding.Failure?.ErrorId));
        var image = findings[0].Image!;
        Assert.Equal((App.ToString(), app.Digest, app.Id, registry.Host, "linux/amd64"), (image.Name, image.Digest, image.Id, image.Registry, image.Platform));
        Assert.Null(image.Engine);
        Assert.Equal((Run.ToString(), $"{Run.Name}@{run.Digest}", run.Config.Rootfs.DiffIds[0], true), (image.RunImage, image.RunImageReference, image.RunImageTopLayer, image.Rebasable));
        Assert.Equal(app.Manifest.Layers.Append(app.Manifest.Config).Sum(blob => blob.Size), image.Size);
        Assert.False(findings[3].Image!.Rebasable);
        Assert.Empty(findings[4].Image!.Tags);
    }

    private Task<PackImageUpdate> RebaseAsync(RebaseRequest request) => new RegistryRebaser(Store, NullLogger.Instance).RebaseAsync(request, null, default);

    private Task<StoredImage> PutRunImageAsync(params int[] layers) =>
        PutAsync(Run, layers, new() { ["io.buildpacks.base.new"] = layers[0].ToString(CultureInfo.InvariantCulture), ["ignored"] = "x" });

    private Task<StoredImage> PutAppAsync(StoredImage run, Dictionary<string, string>? labels = null)
    {
        var layer = OciDigest.Of(TestContent.Bytes(5000, 9));
        labels = new Dictionary<string, string>(labels ?? [])
        {
            ["io.buildpacks.base.old"] = "1",
            [Lifecycle] = $$$$"""{"app":[{"sha":"{{{{layer}}}}"}],"buildpacks":[{"key":"a/b","version":"1","layers":{"x":{"sha":"s","data":{"a":1.5},"build":false,"launch":true,"cache":false}}}],"config":{"sha":"c"},"runImage":{"topLayer":"{{{{run.Config.Rootfs.DiffIds[^1]}}}}","reference":"{{{{Run.Name}}}}@{{{{run.Digest}}}}","image":"{{{{Run}}}}"},"stack":{"runImage":{"image":"{{{{Run}}}}"}}}""",
        };
        labels.TryAdd("a", "kept");
        return PutAsync(App, [.. run.Manifest.Layers.Select(blob => Seeds[blob.Digest]), 9], labels);
    }

    private static Dictionary<string, int> Seeds { get; } = Enumerable.Range(1, 9).ToDictionary(seed => OciDigest.Of(TestContent.Bytes(5000, seed)));

    private async Task<StoredImage> PutAsync(ImageReference name, int[] layers, Dictionary<string, string> labels, string architecture = "amd64")
    {
        var blobs = layers.Select(seed => BlobSource.OfBytes(IsDocker ? MediaTypes.DockerLayerTar : MediaTypes.LayerTar, TestContent.Bytes(5000, seed))).ToList();
        var content = JsonSerializer.SerializeToUtf8Bytes(
            new OciImageConfig
            {
                Architecture = architecture,
                Os = "linux",
                Author = "dropped",
                Rootfs = new OciRootFs { DiffIds = [.. blobs.Select(blob => blob.Descriptor.Digest)] },
                Config = new OciContainerConfig
                {
                    Env = ["CNB_PLATFORM_API=0.15", "X=1"],
                    Cmd = ["a < b & ü"],
                    User = "1000",
                    ExposedPorts = new Dictionary<string, JsonElement> { ["80/tcp"] = JsonDocument.Parse("{}").RootElement },
                    Labels = labels,
                    Other = new Dictionary<string, JsonElement> { ["Shell"] = JsonDocument.Parse("""["sh"]""").RootElement, ["Tty"] = JsonDocument.Parse("false").RootElement },
                },
            },
            OciJson.Default.OciImageConfig);
        var config = BlobSource.OfBytes(IsDocker ? MediaTypes.DockerConfig : MediaTypes.Config, content);
        foreach (var blob in blobs.Append(config))
        {
            await Store.PutBlobAsync(name, blob, null, default);
        }

        var manifest = new OciManifest
        {
            MediaType = IsDocker ? MediaTypes.DockerManifest : MediaTypes.Manifest,
            Config = config.Descriptor,
            Layers = [.. blobs.Select(blob => blob.Descriptor)],
        };
        await Store.PutManifestAsync(name, StoredManifest.Of(manifest), default);
        return await Store.ResolveAsync(name, new OciPlatform(architecture, "linux"), default);
    }
}
