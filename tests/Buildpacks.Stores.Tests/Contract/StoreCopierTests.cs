using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Layouts;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Processes;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Stores.Tests.Contract;

/// <summary>Copies between stores: only what is missing moves, and names come last.</summary>
public sealed class StoreCopierTests(OpenRegistryFixture open, RegistryFixture closed) : IClassFixture<OpenRegistryFixture>, IClassFixture<RegistryFixture>
{
    [SkippableFact]
    public async Task An_image_goes_from_registry_to_registry_and_to_a_layout()
    {
        open.Require();
        using var folder = new TestFolder("copies");
        using var client = new RegistryClient(TestOptions.With(closed.Host, closed.Credential));
        using var layout = new LayoutStore(folder["layout"]);
        var store = new RegistryImageStore(client);
        var (source, target) = (TestOptions.NewName(open.Host), TestOptions.NewName(closed.Host));
        var manifest = await TestContent.PutImageAsync(store, source);

        var first = await new StoreCopier(store, store).CopyAsync(source, [target], default);
        var again = await new StoreCopier(store, store).CopyAsync(source, [target], default);
        var written = await new StoreCopier(store, layout).CopyAsync(target, [target], default);

        Assert.Equal((manifest.Descriptor.Digest, 2, 0, 0), (first.Digest, first.Sent, first.Mounted, first.Present));
        Assert.Equal(manifest.ToManifest("test").Config.Digest, first.Id);
        Assert.True(first.Bytes > 5000);
        Assert.Equal((manifest.Descriptor.Digest, 0, 0, 2, 0), (again.Digest, again.Sent, again.Mounted, again.Present, again.Bytes));
        Assert.Equal(2, written.Sent);
        Assert.Equal(manifest.Content.ToArray(), (await layout.GetAsync(target, default)).Content.ToArray());
    }

    [SkippableFact]
    public async Task Several_names_get_the_image_and_its_blobs_move_once()
    {
        open.Require();
        using var client = new RegistryClient(TestOptions.With(closed.Host, closed.Credential));
        var store = new RegistryImageStore(client);
        var source = TestOptions.NewName(open.Host);
        await TestContent.PutImageAsync(store, source);
        ImageReference[] names = [TestOptions.NewName(closed.Host), TestOptions.NewName(closed.Host), TestOptions.NewName(open.Host)];

        var result = await new StoreCopier(store, store).CopyAsync(source, names, default);

        Assert.Equal((2, 4, 0), (result.Sent, result.Mounted, result.Present));
        foreach (var name in names)
        {
            Assert.Equal(result.Digest, (await store.ResolveAsync(name, TestContent.Amd64, default)).Digest);
        }
    }

    [SkippableFact]
    public async Task An_index_goes_whole_or_with_some_platforms()
    {
        open.Require();
        Requirement.Meet(Requirement.MissingTool("skopeo"));
        using var folder = new TestFolder("copies");
        using var client = new RegistryClient(TestOptions.None);
        using var layout = new LayoutStore(folder["layout"]);
        var store = new RegistryImageStore(client);
        var name = TestOptions.NewName("example.com");
        var arm = new OciPlatform("arm64", "linux");
        var entries = new List<OciDescriptor>();
        foreach (var platform in new[] { TestContent.Amd64, arm })
        {
            var manifest = await TestContent.PutPartsAsync(layout, name, entries.Count, platform);
            await layout.PutManifestAsync(name.WithDigest(manifest.Descriptor.Digest), manifest, default);
            entries.Add(manifest.Descriptor with { Platform = platform });
        }

        var index = StoredManifest.Of(new OciIndex { Manifests = entries });
        await layout.PutManifestAsync(name, index, default);
        var (whole, part) = (TestOptions.NewName(open.Host), TestOptions.NewName(open.Host));

        var all = await new StoreCopier(layout, store).CopyAsync(name, [whole], default);
        await new StoreCopier(layout, store) { Wants = entry => entry.Platform == arm }.CopyAsync(name, [part], default);
        var raw = (await ToolRun.RunAsync("skopeo", ["inspect", "--tls-verify=false", "--raw", $"docker://{whole}"])).Checked();
        (await ToolRun.RunAsync("skopeo", ["copy", "--all", "--src-tls-verify=false", $"docker://{whole}", $"oci:{folder["again"]}:x"])).Checked();

        Assert.Equal((index.Descriptor.Digest, 4), (all.Digest, all.Sent));
        Assert.Equal(System.Text.Encoding.UTF8.GetString(index.Content.Span), raw);
        Assert.Equal([arm], (await store.GetAsync(part, default)).ToIndex("test").Manifests.Select(entry => entry.Platform));
        await Assert.ThrowsAsync<PackException>(() => store.ResolveAsync(part, TestContent.Amd64, default));
    }

    [SkippableFact]
    public async Task A_copy_that_fails_gives_no_name()
    {
        open.Require();
        using var client = new RegistryClient(TestOptions.With(closed.Host, closed.Credential));
        var store = new RegistryImageStore(client);
        var source = TestOptions.NewName(open.Host);
        var manifest = await TestContent.PutImageAsync(store, source);
        await client.DeleteBlobAsync(source, manifest.ToManifest("test").Layers[0].Digest, default);
        ImageReference[] names = [TestOptions.NewName(closed.Host), TestOptions.NewName(open.Host)];

        var failure = await Assert.ThrowsAsync<PackException>(() => new StoreCopier(store, store).CopyAsync(source, names, default));

        Assert.Equal("BlobNotFound", failure.ErrorId);
        Assert.Null(await store.FindAsync(names[0], default));
        Assert.Null(await store.FindAsync(names[1], default));
    }
}
