using Buildpacks.Oci;
using Buildpacks.Stores.Indexes;
using Buildpacks.Stores.Registry;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Stores.Tests.Indexes;

/// <summary>Indexes that are changed in their registry, also by several processes at once.</summary>
public sealed class RegistryIndexTests(OpenRegistryFixture registry) : IClassFixture<OpenRegistryFixture>, IDisposable
{
    private static readonly Dictionary<string, ImageReference> NoSources = [];

    private readonly TestFolder _folder = new("registry-indexes");
    private readonly RegistryClient _client = new(TestOptions.None);

    private RegistryImageStore Store => new(_client);

    private RegistryIndexes Indexes => new(Store, new IndexPublisher(Store), _folder["locks"]);

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task What_another_process_puts_meanwhile_is_kept()
    {
        registry.Require();
        var name = TestOptions.NewName(registry.Host, "index");
        var entries = new List<IndexEntry>();
        foreach (var seed in new[] { 1, 2, 3 })
        {
            entries.Add(IndexEntry.Of(await Store.DescribeAsync(name, await TestContent.PutImageAsync(Store, name.WithTag($"{seed}"), seed), default), null));
        }

        await Store.PutManifestAsync(name, new IndexDocument { Entries = [entries[0]] }.ToManifest(), default);
        var calls = 0;

        var changed = await Indexes.ChangeAsync(
            name,
            async index =>
            {
                if (calls++ == 0)
                {
                    await Store.PutManifestAsync(name, index.Document.With([entries[1]]).ToManifest(), default);
                }

                return (index.Document.With([entries[2]]), NoSources);
            },
            progress: null, default);

        Assert.Equal(2, calls);
        Assert.Equal(entries.Select(entry => entry.Digest), changed.Document.Entries.Select(entry => entry.Digest));
        Assert.Equal(changed.Digest, (await Store.GetAsync(name, default)).Descriptor.Digest);
    }

    [SkippableFact]
    public async Task Changes_at_once_on_one_machine_are_all_kept()
    {
        registry.Require();
        var name = TestOptions.NewName(registry.Host, "index");
        await Store.PutManifestAsync(name, new IndexDocument().ToManifest(), default);
        var images = new List<IndexEntry>();
        foreach (var seed in Enumerable.Range(1, 12))
        {
            images.Add(IndexEntry.Of(await Store.DescribeAsync(name, await TestContent.PutImageAsync(Store, name.WithTag($"{seed}"), seed), default), null));
        }

        await Task.WhenAll(images.Select(image => Indexes.ChangeAsync(name, index => Task.FromResult((index.Document.With([image]), (IReadOnlyDictionary<string, ImageReference>)NoSources)), progress: null, default)));

        Assert.Equal(images.Select(image => image.Digest).Order(), (await Indexes.GetAsync(name, default)).Document.Entries.Select(entry => entry.Digest).Order());
    }

    [SkippableFact]
    public async Task A_registry_that_compares_by_itself_is_believed()
    {
        registry.Require();
        using var proxy = new FaultProxy(registry.Host);
        var name = TestOptions.NewName(proxy.Host, "index");
        await Store.PutManifestAsync(name, new IndexDocument().ToManifest(), default);
        var first = (await Store.GetAsync(name, default)).Descriptor.Digest;
        var refusals = 0;
        var asked = new List<string?>();
        proxy.Handle = async request =>
        {
            if (request.Method == "PUT" && refusals++ < 2)
            {
                asked.Add(request.Header("If-Match"));
                await request.AnswerAsync(412, body: """{"errors":[{"code":"MANIFEST_INVALID","message":"changed"}]}""");
            }
        };

        await Indexes.ChangeAsync(name, Annotated, progress: null, default);
        proxy.Handle = request => request.Method == "PUT" ? request.AnswerAsync(412) : Task.CompletedTask;
        var failure = await Assert.ThrowsAsync<PackException>(() => Indexes.ChangeAsync(
            name, index => Task.FromResult((index.Document with { Annotations = new Dictionary<string, string> { ["b"] = "2" } }, (IReadOnlyDictionary<string, ImageReference>)NoSources)), progress: null, default));

        Assert.Equal([$"\"{first}\"", $"\"{first}\""], asked);
        Assert.Equal("1", (await Indexes.GetAsync(name, default)).Document.Annotations["a"]);
        Assert.Equal((PackErrorIds.ManifestChanged, PackErrorKind.Conflict), (failure.ErrorId, failure.Kind));

        static Task<(IndexDocument Document, IReadOnlyDictionary<string, ImageReference> Sources)> Annotated(RegistryIndexDocument index) =>
            Task.FromResult<(IndexDocument, IReadOnlyDictionary<string, ImageReference>)>((index.Document with { Annotations = new Dictionary<string, string> { ["a"] = "1" } }, NoSources));
    }
}
