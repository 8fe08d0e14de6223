using System.Text;
using Buildpacks.Oci;
using Buildpacks.Stores.Indexes;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Stores.Tests.Indexes;

/// <summary>Indexes on this machine, with images of a real registry.</summary>
public sealed class ManifestIndexTests(OpenRegistryFixture registry) : IClassFixture<OpenRegistryFixture>, IDisposable
{
    private static readonly OciPlatform Arm64 = new("arm64", "linux");
    private static readonly OciPlatform S390x = new("s390x", "linux");

    private readonly TestFolder _folder = new("indexes");
    private readonly RegistryClient _client = new(TestOptions.None);

    private RegistryImageStore Store => new(_client);

    private LocalIndexes Local => new(_folder["manifests"]);

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task An_index_has_the_folder_the_bytes_and_the_digest_that_pack_gives_it()
    {
        registry.Require();
        var name = Name();
        var (amd, arm) = (await PutAsync(name, "amd", 1), await PutAsync(name, "arm", 2, Arm64));
        using var indexes = new ManifestIndexes(Local, Store);

        var created = await CreateAsync(indexes, name, [$"{name.Name}:amd", $"{name.Name}:arm"]);
        var changed = await indexes.ChangeAsync(
            name.ToString(),
            new ManifestChange { Images = [$"{name.Name}:amd"], Variant = "v1", Annotations = new Dictionary<string, string?> { ["b"] = "<ü> & \"", ["a"] = "1" } }, default);
        var published = await indexes.PublishAsync(name.ToString(), [], null, purge: false, default);

        var manifest = (await Store.GetAsync(name, default)).Content;
        Assert.Equal(
            $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":{{{arm.Descriptor.Size}}},"digest":"{{{arm.Descriptor.Digest}}}","platform":{"architecture":"arm64","os":"linux"}},{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":{{{amd.Descriptor.Size}}},"digest":"{{{amd.Descriptor.Digest}}}","annotations":{"a":"1","b":"\u003cü\u003e \u0026 \""},"platform":{"architecture":"amd64","os":"linux","variant":"v1"}}]}""",
            Encoding.UTF8.GetString(manifest.Span));
        Assert.Equal((changed.Digest, 2, 0), (published.Digest, published.Images, published.ImagesCopied));
        Assert.Equal(OciDigest.Of(manifest.Span), published.Digest);
        Assert.NotEqual(created.Digest, changed.Digest);
        var folder = Path.Combine(_folder["manifests"], name.ToString().Replace(':', '-').Replace('/', '_'));
        Assert.Equal(folder, changed.IndexPath);
        Assert.Equal([".buildpacks.json", "index.json", "oci-layout"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(manifest.ToArray(), await File.ReadAllBytesAsync(Path.Combine(folder, "index.json")));
        Assert.Equal([folder], Directory.GetFileSystemEntries(_folder["manifests"]));
    }

    [SkippableFact]
    public async Task An_index_of_pack_is_read_changed_and_published()
    {
        registry.Require();
        var name = Name();
        var (amd, arm) = (await PutAsync(name, "amd", 1), await PutAsync(name, "arm", 2, Arm64));
        _folder.File($"manifests/{name.ToString().Replace(':', '-').Replace('/', '_')}/oci-layout", """{ "imageLayoutVersion": "1.0.0" }""");
        _folder.File(
            $"manifests/{name.ToString().Replace(':', '-').Replace('/', '_')}/index.json",
            $$"""
            {
               "schemaVersion": 2,
               "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json",
               "manifests": [
                  { "mediaType": "{{MediaTypes.Manifest}}", "size": {{amd.Descriptor.Size}}, "digest": "{{amd.Descriptor.Digest}}", "platform": { "architecture": "amd64", "os": "linux", "os.version": "1" } }
               ]
            }
            """);
        using var indexes = new ManifestIndexes(Local, Store);

        var listed = Assert.Single(Local.List());
        var unknown = await Assert.ThrowsAsync<PackException>(() => indexes.PublishAsync(listed, [], null, false, default));
        var added = await indexes.AddAsync(name.ToString(), new ManifestAddition { Images = [$"{name.Name}:arm"] }, default);
        var elsewhere = await indexes.PublishAsync(name.ToString(), [$"{registry.Host}/elsewhere/{Guid.NewGuid():N}:1"], null, false, default);
        var docker = await indexes.PublishAsync(name.ToString(), [], PackManifestFormat.Docker, purge: true, default);

        Assert.Equal("ManifestNameUnknown", unknown.ErrorId);
        Assert.Equal([("linux/amd64", "1"), ("linux/arm64", null)], added.Images.Select(image => (image.Platform, image.OsVersion)));

        // pack publishes OCI unless it is told otherwise, and an image without a source is taken from the repository of the index.
        Assert.Equal((MediaTypes.Index, 2, 4, 0), (elsewhere.MediaType, elsewhere.ImagesCopied, elsewhere.BlobsMounted, elsewhere.BlobsSent));
        Assert.Equal((MediaTypes.DockerManifestList, true), (docker.MediaType, docker.Purged));
        Assert.Equal(MediaTypes.DockerManifestList, (await Store.GetAsync(name, default)).Descriptor.MediaType);
        Assert.Empty(Local.List());
        Assert.Equal(arm.Descriptor.Digest, (await Store.ResolveAsync(name, Arm64, default)).Digest);
    }

    [SkippableFact]
    public async Task Images_of_an_index_are_added_by_platform_or_all()
    {
        registry.Require();
        var (from, name) = (Name(), Name());
        var (amd, arm, s390x) = (await PutAsync(from, "amd", 1), await PutAsync(from, "arm", 2, Arm64), await PutAsync(from, "s390x", 3, S390x));
        using var indexes = new ManifestIndexes(Local, Store);
        var source = await indexes.CreatePublishedAsync(
            from.ToString(), PackManifestFormat.Oci,
            new ManifestAddition { Images = [$"{from.Name}:amd", $"{from.Name}:arm", $"{from.Name}:s390x"], Annotations = new Dictionary<string, string> { ["x"] = "y" } },
            new Dictionary<string, string> { ["of"] = "index" }, default);

        var one = await CreateAsync(indexes, name, [from.ToString()]);
        var two = await indexes.AddAsync(name.ToString(), new ManifestAddition { Images = [from.ToString()], Platforms = [S390x, Arm64] }, default);
        var all = await indexes.AddAsync(name.ToString(), new ManifestAddition { Images = [from.ToString()], All = true }, default);
        var missing = await Assert.ThrowsAsync<PackException>(() => indexes.AddAsync(name.ToString(), new ManifestAddition { Images = [from.ToString()], Platforms = [new("mips", "linux")] }, default));
        var other = await Assert.ThrowsAsync<PackException>(() => indexes.AddAsync(name.ToString(), new ManifestAddition { Images = [$"{from.Name}:arm"], Platforms = [S390x] }, default));
        var published = await indexes.PublishAsync(name.ToString(), [], null, false, default);

        Assert.Equal([(await Store.ResolveAsync(from, RegistryAccess.DefaultPlatform, default)).Digest], one.Images.Select(image => image.Digest));
        Assert.Equal([amd.Descriptor.Digest, s390x.Descriptor.Digest, arm.Descriptor.Digest], two.Images.Select(image => image.Digest));
        Assert.All(two.Images, image => Assert.Equal(("y", from.ToString()), (((IAnnotated)image).Annotations["x"], image.Source)));
        Assert.Equal([amd.Descriptor.Digest, arm.Descriptor.Digest, s390x.Descriptor.Digest], all.Images.Select(image => image.Digest));
        Assert.Equal(("PlatformNotFound", "PlatformNotFound"), (missing.ErrorId, other.ErrorId));
        Assert.Equal((3, 3, 6), (published.Images, published.ImagesCopied, published.BlobsMounted));
        Assert.Equal("index", (await indexes.GetAsync(from.ToString(), false, default)).Annotations["of"]);
        Assert.Equal(source.Digest, (await Store.GetAsync(from, default)).Descriptor.Digest);
        Assert.False(Local.Exists(from.ToString()));
    }

    [SkippableFact]
    public async Task Images_are_chosen_by_digest_platform_and_name()
    {
        registry.Require();
        var name = Name();
        var (amd, arm) = (await PutAsync(name, "amd", 1), await PutAsync(name, "arm", 2, Arm64));
        await PutAsync(name, "other", 3);
        using var indexes = new ManifestIndexes(Local, Store);
        await CreateAsync(indexes, name, [$"{name.Name}:amd", $"{name.Name}:arm"]);
        await Store.TagAsync(name.WithTag("arm"), "again", default);

        Assert.Equal([arm.Descriptor.Digest], await RemainsAsync(amd.Descriptor.Digest));
        Assert.Equal([arm.Descriptor.Digest], await RemainsAsync($"example.org/any@{amd.Descriptor.Digest}"));
        Assert.Equal([arm.Descriptor.Digest], await RemainsAsync("linux/amd64"));
        Assert.Equal([amd.Descriptor.Digest], await RemainsAsync($"{name.Name}:arm"));
        Assert.Equal([amd.Descriptor.Digest], await RemainsAsync($"{name.Name}:again"));
        foreach (var absent in new[] { "linux/s390x", $"{name.Name}:other", $"{name.Name}:none", "sha256:" + new string('0', 64) })
        {
            Assert.Equal("ManifestImageNotFound", (await Assert.ThrowsAsync<PackException>(() => RemainsAsync(absent))).ErrorId);
        }

        async Task<IEnumerable<string>> RemainsAsync(string image)
        {
            await CreateAsync(indexes, name, [$"{name.Name}:amd", $"{name.Name}:arm"], force: true);
            return (await indexes.RemoveImagesAsync(name.ToString(), [image], default)).Images.Select(entry => entry.Digest);
        }
    }

    [SkippableFact]
    public async Task Failures_leave_the_index_and_the_registry_as_they_were()
    {
        registry.Require();
        var (name, image) = (Name(), Name());
        var stray = await PutAsync(image, "stray", 7);
        using var indexes = new ManifestIndexes(Local, Store);
        var created = await CreateAsync(indexes, name, [$"{image.Name}:stray"]);
        File.Delete(Path.Combine(created.IndexPath!, ".buildpacks.json"));

        Assert.Equal("ManifestExists", await FailAsync(() => CreateAsync(indexes, name, [])));
        Assert.Equal("ManifestImageMissing", await FailAsync(() => indexes.PublishAsync(name.ToString(), [], null, purge: true, default)));
        Assert.Equal("ImageNotFound", await FailAsync(() => indexes.AddAsync(name.ToString(), new ManifestAddition { Images = [$"{image.Name}:stray", $"{image.Name}:none"] }, default)));
        Assert.Equal("ManifestNotFound", await FailAsync(() => indexes.AddAsync($"{name.Name}:none", new ManifestAddition { Images = [$"{image.Name}:stray"] }, default)));
        Assert.Equal("ManifestNotFound", await FailAsync(() => indexes.GetAsync($"{name.Name}:none", false, default)));
        Assert.Equal("ManifestNotAnIndex", await FailAsync(() => indexes.GetAsync($"{image.Name}:stray", false, default)));
        Assert.Equal("ImageNameMissing", await FailAsync(() => indexes.PublishAsync(name.ToString(), ["localhost/x"], null, false, default)));
        Assert.Equal(created.Digest, (await indexes.GetAsync(name.ToString(), false, default)).Digest);
        Assert.Null(await Store.FindAsync(name, default));
        Assert.Equal(stray.Descriptor.Digest, Assert.Single((await indexes.GetAsync(name.ToString(), false, default)).Images).Digest);

        _folder.File($"manifests/broken/index.json", "{ \"manifests\": [ {} ] }");
        _folder.File($"manifests/text/index.json", "text");
        Assert.Equal("ManifestFileInvalid", await FailAsync(() => indexes.GetAsync("broken", false, default)));
        Assert.Equal("ManifestFileInvalid", await FailAsync(() => indexes.GetAsync("text", false, default)));
        Assert.Equal("ImageNameInvalid", await FailAsync(() => indexes.GetAsync("..", false, default)));

        static async Task<string> FailAsync(Func<Task> work) => (await Assert.ThrowsAsync<PackException>(work)).ErrorId;
    }

    private static Task<PackManifest> CreateAsync(ManifestIndexes indexes, ImageReference name, string[] images, bool force = false) =>
        indexes.CreateAsync(name.ToString(), PackManifestFormat.Oci, new ManifestAddition { Images = images }, new Dictionary<string, string>(), force, default);

    private ImageReference Name() => TestOptions.NewName(registry.Host, "index");

    private Task<StoredManifest> PutAsync(ImageReference name, string tag, int seed, OciPlatform? platform = null) =>
        TestContent.PutImageAsync(Store, name.WithTag(tag), seed, platform);
}
