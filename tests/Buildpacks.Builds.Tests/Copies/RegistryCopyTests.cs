using Buildpacks.Builds.Tests.Support;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Registry;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Copies;

/// <summary>Copies from and to registries: a real engine, a registry with a login, and one without.</summary>
public abstract class RegistryCopyTests(EngineFixture engine, RegistryFixture registry, OpenRegistryFixture other) : IDisposable
{
    private const int Padding = 3_000_000;

    private static readonly OciPlatform Amd64 = new("amd64", "linux");
    private static readonly OciPlatform Arm64 = new("arm64", "linux");

    private readonly TestFolder _folder = new("registry-copies");
    private readonly string _name = Guid.NewGuid().ToString("N")[..8];

    private CopyPlace Registry => CopyPlace.InRegistry(new RegistryAccess { Credential = registry.Credential });

    private string Remote => registry.Image(_name) + ":1";

    private string Local => $"docker.io/copies/{_name}:1";

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task An_image_goes_from_the_engine_to_a_registry_and_back()
    {
        Require();
        await using var store = engine.CreateEngine();
        await LoadAsync(store);
        var config = await SavedConfig.DigestAsync(store, Local);

        var up = await CopyAsync(CopyPlace.In(store), Registry, Local, newName: Remote);
        await store.Images.RemoveAsync(Local, force: true, CancellationToken.None);
        var down = await CopyAsync(Registry, CopyPlace.In(store), Remote);

        Assert.Equal((Remote, config, $"registry {registry.Host}"), (up.Name, up.Id, up.Destination));
        Assert.Equal(OciDigest.Of(System.Text.Encoding.UTF8.GetBytes(await RawAsync(Remote))), up.Digest);
        Assert.DoesNotContain("layer.v1.tar\"", await RawAsync(Remote), StringComparison.Ordinal);
        Assert.Equal((Remote, $"registry {registry.Host}"), (down.Name, down.Source));
        Assert.Equal(config, await SavedConfig.DigestAsync(store, Remote));
        Assert.Equal(_name, (await engine.RunAsync("run", "--rm", "--network=none", Remote, "/bin/cat", "/told")).Checked());
    }

    [SkippableFact]
    public async Task What_the_other_side_has_does_not_move()
    {
        Require();
        await using var store = engine.CreateEngine();
        await LoadAsync(store);
        var first = await CopyAsync(CopyPlace.In(store), Registry, Local, newName: Remote);

        var again = await CopyAsync(CopyPlace.In(store), Registry, Local, newName: Remote);
        var back = await CopyAsync(Registry, CopyPlace.In(store), Remote);
        await Image("more").LoadAsync(store);
        var changed = await CopyAsync(CopyPlace.In(store), Registry, Local, newName: Remote);

        Assert.Equal((first.LayersMoved, 0, 0L, first.Digest), (again.LayersSkipped, again.LayersMoved, again.BytesMoved, again.Digest));
        Assert.Equal((0, 0L), (back.LayersMoved, back.BytesMoved));
        Assert.Equal(1, changed.LayersMoved);
        Assert.InRange(changed.BytesMoved, 1, 100_000);
    }

    [SkippableTheory]
    [InlineData(PackImageFormat.Layout)]
    [InlineData(PackImageFormat.OciArchive)]
    [InlineData(PackImageFormat.DockerArchive)]
    public async Task An_image_goes_through_files_to_another_registry(PackImageFormat format)
    {
        Require();
        await using var store = engine.CreateEngine();
        await LoadAsync(store);
        var up = await CopyAsync(CopyPlace.In(store), Registry, Local, newName: Remote);
        var target = other.Image(_name) + ":1";

        await CopyAsync(Registry, CopyPlace.At(_folder["file"]) with { Format = format }, Remote);
        var copy = await CopyAsync(CopyPlace.At(_folder["file"]), CopyPlace.InRegistry(new RegistryAccess()), image: null, newName: target);

        Assert.Equal((target, up.Id), (copy.Name, copy.Id));
        Assert.Equal(up.Id, (await ResolveAsync(target, Amd64)).Id);
        if (format == PackImageFormat.Layout)
        {
            Assert.Equal(up.Digest, copy.Digest);
        }
    }

    [SkippableFact]
    public async Task An_index_keeps_its_digest_and_its_platforms_can_be_chosen()
    {
        Require();
        var index = await PutIndexAsync();
        string NameOf(string tag) => $"{registry.Image(_name + "-copy")}:{tag}";

        var whole = await CopyAsync(Registry, Registry, Remote, NameOf("whole"));
        var one = await CopyAsync(Registry, Registry, Remote, NameOf("one"), platforms: [Arm64]);
        var two = await CopyAsync(Registry, Registry, Remote, NameOf("two"), platforms: [Amd64, Arm64]);
        await CopyAsync(Registry, CopyPlace.At(_folder["layout"]), Remote);
        var back = await CopyAsync(CopyPlace.At(_folder["layout"]), Registry, image: null, NameOf("back"));

        Assert.Equal((index.Descriptor.Digest, index.Descriptor.Digest), (whole.Digest, whole.Id));
        Assert.Equal(index.Descriptor.Digest, back.Digest);
        Assert.Equal("arm64", (await ResolveAsync(NameOf("one"), Amd64)).Config.Architecture);
        Assert.Equal(one.Id, (await ResolveAsync(Remote, Arm64)).Id);
        Assert.Equal(2, (await FindAsync(NameOf("two"))).ToIndex("test").Manifests.Count);
        Assert.NotEqual(index.Descriptor.Digest, two.Digest);
        Assert.Equal(0, whole.LayersMoved);
    }

    [SkippableFact]
    public async Task An_image_that_cannot_be_copied_is_told_of_and_leaves_nothing()
    {
        Require();
        await using var store = engine.CreateEngine();
        await LoadAsync(store);
        await PutIndexAsync();
        var wrong = CopyPlace.InRegistry(new RegistryAccess { Credential = registry.WrongCredential });

        await FailsAsync(PackErrorIds.ImageNameMissing, Registry, Registry, Remote);
        await FailsAsync(PackErrorIds.ImageNameMissing, CopyPlace.In(store), Registry, Local, newName: "localhost/web");
        await FailsAsync(PackErrorIds.RegistryLoginRefused, CopyPlace.In(store), wrong, Local, newName: Remote + "-refused");
        await FailsAsync(PackErrorIds.ImageNotFound, Registry, CopyPlace.In(store), registry.Image("nobody/has:this"));
        await FailsAsync(PackErrorIds.PlatformNotFound, Registry, Registry, Remote, newName: Remote + "-none", platforms: [new OciPlatform("mips", "linux")]);
        await FailsAsync(PackErrorIds.PlatformNotFound, Registry, Registry, Remote, newName: Remote + "-none", platforms: [new OciPlatform("mips", "linux"), new OciPlatform("sparc", "linux")]);
        await FailsAsync(PackErrorIds.ImageNotFound, Registry, CopyPlace.At(_folder["gone"]), registry.Image("nobody/has:this"));

        await FailsAsync(PackErrorIds.DestinationFormatUnsupported, Registry, CopyPlace.At(_folder["web.tar.gz"]), Remote);
        await FailsAsync(PackErrorIds.DestinationParentNotFound, Registry, CopyPlace.At(_folder["none/layout"]), Remote);

        Assert.Equal(["1"], await TagsAsync());
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        Assert.Empty(registry.OpenUploads(_name));
    }

    private void Require()
    {
        Requirement.Meet(TestImage.Unavailable);
        Requirement.Meet(Requirement.MissingTool("skopeo"));
        engine.Require();
        registry.Require();
        other.Require();
    }

    private TestImage Image(string told) => new()
    {
        Name = Local,
        Padding = Padding,
        Environment = ["PATH=/bin", "COPY=" + _name],
        Files = new Dictionary<string, string> { ["/told"] = told },
    };

    private Task<string> LoadAsync(IEngine store) => Image(_name).LoadAsync(store);

    private static Task<PackImageCopy> CopyAsync(
        CopyPlace from, CopyPlace to, string? image, string? newName = null, IReadOnlyList<OciPlatform>? platforms = null) =>
        ImageCopier.CopyAsync(
            new CopyRequest(from, to) { Image = image, Names = image is null ? [] : [image], NewName = newName, Platforms = platforms ?? [] },
            new RecordingSink(), CancellationToken.None);

    private static async Task FailsAsync(
        string errorId, CopyPlace from, CopyPlace to, string image, string? newName = null, IReadOnlyList<OciPlatform>? platforms = null)
    {
        var failure = await Assert.ThrowsAsync<PackException>(() => CopyAsync(from, to, image, newName, platforms));
        Assert.Equal(errorId, failure.ErrorId);
        Assert.NotNull(failure.RecommendedAction);
    }

    /// <summary>Two images and an index of three platforms, of which two have the same image.</summary>
    private async Task<StoredManifest> PutIndexAsync()
    {
        using var client = Client();
        var store = new RegistryImageStore(client);
        var name = ImageReference.Parse(Remote);
        var entries = new List<OciDescriptor>();
        foreach (var platform in new[] { Amd64, Arm64 })
        {
            var config = System.Text.Encoding.UTF8.GetBytes($$$"""{"architecture":"{{{platform.Architecture}}}","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"config":{}}""");
            using var blob = BlobSource.OfBytes(MediaTypes.Config, config);
            await store.PutBlobAsync(name, blob, null, CancellationToken.None);
            var manifest = StoredManifest.Of(new OciManifest { MediaType = MediaTypes.Manifest, Config = blob.Descriptor, Layers = [] });
            await store.PutManifestAsync(name.WithDigest(manifest.Descriptor.Digest), manifest, CancellationToken.None);
            entries.Add(manifest.Descriptor with { Platform = platform });
        }

        var index = StoredManifest.Of(new OciIndex { MediaType = MediaTypes.Index, Manifests = [.. entries, entries[0] with { Platform = new OciPlatform("riscv64", "linux") }] });
        await store.PutManifestAsync(name, index, CancellationToken.None);
        return index;
    }

    private RegistryClient Client() => new(new RegistryOptions { Credentials = KnownCredentials.For(registry.Host, registry.Credential) });

    private async Task<StoredImage> ResolveAsync(string name, OciPlatform platform)
    {
        using var client = Client();
        return await new RegistryImageStore(client).ResolveAsync(ImageReference.Parse(name), platform, CancellationToken.None);
    }

    private async Task<StoredManifest> FindAsync(string name)
    {
        using var client = Client();
        return await new RegistryImageStore(client).GetAsync(ImageReference.Parse(name), CancellationToken.None);
    }

    private async Task<IReadOnlyList<string>> TagsAsync()
    {
        using var client = Client();
        return await new RegistryImageStore(client).ListTagsAsync(ImageReference.Parse(Remote), CancellationToken.None);
    }

    private Task<string> RawAsync(string image) => Skopeo.RawAsync(image, registry);
}

[Trait("Category", "Long")]
public sealed class RegistryCopyOnPodman(PodmanFixture engine, RegistryFixture registry, OpenRegistryFixture other)
    : RegistryCopyTests(engine, registry, other), IClassFixture<PodmanFixture>, IClassFixture<RegistryFixture>, IClassFixture<OpenRegistryFixture>;

public sealed class RegistryCopyOnDocker(DockerdFixture engine, RegistryFixture registry, OpenRegistryFixture other)
    : RegistryCopyTests(engine, registry, other), IClassFixture<DockerdFixture>, IClassFixture<RegistryFixture>, IClassFixture<OpenRegistryFixture>;
