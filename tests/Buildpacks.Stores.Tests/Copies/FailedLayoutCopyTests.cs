using Buildpacks.Oci;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Stores.Tests.Copies;

/// <summary>Copies from a registry into a layout that fail half-way.</summary>
public sealed class FailedLayoutCopyTests(OpenRegistryFixture registry) : IClassFixture<OpenRegistryFixture>, IDisposable
{
    private readonly TestFolder _folder = new("copies");
    private readonly RegistryClient _client = new(TestOptions.None);

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task A_copy_that_fails_leaves_the_layout_as_it_was()
    {
        registry.Require();
        var (name, kept) = (TestOptions.NewName(registry.Host), TestOptions.NewName(registry.Host));
        var store = new RegistryImageStore(_client);
        var first = await TestContent.PutImageAsync(store, name.WithTag("first"), 1);
        var second = await TestContent.PutImageAsync(store, name.WithTag("second"), 2, new OciPlatform("arm64", "linux"));
        await store.PutManifestAsync(name, StoredManifest.Of(new OciIndex { Manifests = [first.Descriptor, second.Descriptor] }), default);
        await TestContent.PutImageAsync(store, kept, 3);
        await CopyAsync(kept);
        var before = Files();
        await _client.DeleteBlobAsync(name, second.ToManifest("registry").Layers[0].Digest, default);

        var failure = await Assert.ThrowsAsync<PackException>(() => CopyAsync(name));

        Assert.Equal("BlobNotFound", failure.ErrorId);
        Assert.Equal(before, Files());
        Assert.Equal(kept.ToString(), (await CopyAsync(kept)).Name);
    }

    private Task<PackImageCopy> CopyAsync(ImageReference name) => ImageCopier.CopyAsync(
        new CopyRequest(CopyPlace.InRegistry(new RegistryAccess()), CopyPlace.At(_folder["layout"])) { Image = name.ToString() }, new NoSink(), default);

    private sealed class NoSink : IPackSink
    {
        public void Log(PackLogLevel level, string category, string message)
        {
        }

        public void Output(PackOutputLine line)
        {
        }

        public void Progress(PackProgress progress)
        {
        }
    }

    private List<string> Files() => [.. Directory.GetFiles(_folder["layout"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
