using System.Text;
using System.Text.Json.Nodes;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Layouts;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Images.Copies;

/// <summary>Several writers of one layout, and writers that fail.</summary>
public sealed class LayoutWritingTests : IDisposable
{
    private readonly TestFolder _folder = new("layout");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Writers_side_by_side_lose_no_image()
    {
        var names = Enumerable.Range(0, 40).Select(number => $"example.org/app:{number}").ToList();

        await Parallel.ForEachAsync(names, async (name, token) =>
        {
            using var store = new LayoutStore(_folder["layout"]);
            await PutAsync(store, name, name);
        });

        using var layout = new LayoutStore(_folder["layout"]);
        Assert.Equal(40, (await layout.ListTagsAsync(ImageReference.Parse("example.org/app"), default)).Count);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder["layout"]), path => path.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Copies_that_create_the_same_layout_at_once_all_end_in_it()
    {
        var targets = Enumerable.Range(0, 8).Select(number => $"example.org/app:{number}").ToList();

        await Task.WhenAll(targets.Select(name => new LayoutTarget(_folder["new"]).WriteAsync(
            async folder =>
            {
                using var store = new LayoutStore(folder);
                await PutAsync(store, name, name);
                return true;
            },
            default)));

        using var layout = new LayoutStore(_folder["new"]);
        Assert.Equal(8, (await layout.ListTagsAsync(ImageReference.Parse("example.org/app"), default)).Count);
        foreach (var name in targets)
        {
            var manifest = (await layout.GetAsync(ImageReference.Parse(name), default)).ToManifest("layout");
            Assert.True(await layout.HasBlobAsync(ImageReference.Parse(name), manifest.Config, default));
        }

        Assert.Equal([_folder["new"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_failure_removes_what_was_written_and_is_named_by_no_image()
    {
        using var first = new LayoutStore(_folder["layout"]);
        await PutAsync(first, "example.org/kept:1", "kept");
        first.Dispose();
        var before = Blobs();

        using var failing = new LayoutStore(_folder["layout"]);
        var shared = await PutBlobAsync(failing, "shared");
        var lost = await PutBlobAsync(failing, "lost");
        using (var other = new LayoutStore(_folder["layout"]))
        {
            // Another writer finds the blob, and names it.
            Assert.Equal(BlobTransfer.Present, await PutAsync(other, "example.org/other:1", "shared"));
        }

        failing.TakeBack();

        Assert.Contains(shared.Digest[7..], Blobs());
        Assert.DoesNotContain(lost.Digest[7..], Blobs());
        Assert.Equal(before, before.Intersect(Blobs()));
    }

    [Fact]
    public async Task Blobs_of_a_failure_stay_while_another_writer_may_have_found_them()
    {
        using var other = new LayoutStore(_folder["layout"]);
        await PutBlobAsync(other, "begun");
        using var failing = new LayoutStore(_folder["layout"]);
        var lost = await PutBlobAsync(failing, "lost");

        failing.TakeBack();

        Assert.Contains(lost.Digest[7..], Blobs());
        Assert.Equal(BlobTransfer.Present, await PutAsync(other, "example.org/other:1", "lost"));
    }

    [Fact]
    public async Task A_rebase_of_an_image_that_another_process_replaced_fails()
    {
        using var layout = new LayoutFolder(_folder["layout"], new Progress<long>());
        await layout.BeginAsync(default);
        await layout.AddToIndexAsync(new ArchiveImage(Encoding.UTF8.GetBytes("{}"), [], ["example.org/app:1"]), default);
        var absent = OciDigest.Of("absent"u8);

        var failure = await Assert.ThrowsAsync<PackException>(() => layout.ReplaceInIndexAsync(
            absent, null, new OciDescriptor { MediaType = MediaTypes.Manifest, Digest = OciDigest.Of("new"u8), Size = 3 }, default));

        Assert.Equal("ImageInvalid", failure.ErrorId);
        Assert.Single(JsonNode.Parse(await File.ReadAllTextAsync(_folder["layout/index.json"]))!["manifests"]!.AsArray());
    }

    [Fact]
    public async Task A_lock_is_held_by_one_of_many_at_a_time()
    {
        var (inside, most) = (0, 0);

        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, token) =>
        {
            using var held = await FileLock.TakeAsync(() => FileLock.TryTake(_folder["lock"]), Hang.Limit, token);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Interlocked.Decrement(ref inside);
        });

        Assert.Equal(1, most);
        Assert.False(File.Exists(_folder["lock"]));
    }

    private static async Task<BlobTransfer> PutAsync(LayoutStore store, string name, string content)
    {
        var reference = ImageReference.Parse(name);
        using var blob = BlobSource.OfBytes(MediaTypes.Config, Encoding.UTF8.GetBytes(content));
        var transfer = await store.PutBlobAsync(reference, blob, null, default);
        await store.PutManifestAsync(reference, StoredManifest.Of(new OciManifest { Config = blob.Descriptor }), default);
        return transfer;
    }

    private static async Task<OciDescriptor> PutBlobAsync(LayoutStore store, string content)
    {
        using var blob = BlobSource.OfBytes(MediaTypes.Config, Encoding.UTF8.GetBytes(content));
        await store.PutBlobAsync(ImageReference.Parse("example.org/any"), blob, null, default);
        return blob.Descriptor;
    }

    private List<string> Blobs() => [.. Directory.GetFiles(_folder["layout/blobs/sha256"]).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
}
