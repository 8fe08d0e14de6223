using Buildpacks.Oci;
using Buildpacks.Stores.Tests.Support;
using Buildpacks.Testing.Images;

namespace Buildpacks.Stores.Tests.Contract;

/// <summary>What every store does. One class of tests for each store derives from it.</summary>
public abstract class ImageStoreContract
{
    /// <summary>The store.</summary>
    private protected abstract IImageStore Store { get; }

    /// <summary>A name that no other test uses.</summary>
    private protected abstract ImageReference NewName();

    /// <summary>Skips the test when the store cannot be had here.</summary>
    protected abstract void Require();

    [SkippableFact]
    public async Task An_image_is_resolved_by_tag_and_by_digest()
    {
        Require();
        var name = NewName();
        var manifest = await TestContent.PutImageAsync(Store, name);

        var byTag = await Store.ResolveAsync(name, TestContent.Amd64, default);
        var byDigest = await Store.ResolveAsync(name.WithDigest(manifest.Descriptor.Digest), TestContent.Amd64, default);

        Assert.Equal(manifest.Content.ToArray(), byTag.Document.Content.ToArray());
        Assert.Equal(manifest.Descriptor, byTag.Document.Descriptor);
        Assert.Equal("1", byTag.Config.Config!.Labels!["seed"]);
        Assert.Equal(byTag.Digest, byDigest.Digest);
        Assert.Equal(manifest.ToManifest("test").Config.Digest, byTag.Id);
    }

    [SkippableFact]
    public async Task A_name_that_does_not_exist_is_not_found()
    {
        Require();
        var name = NewName();

        Assert.Null(await Store.FindAsync(name, default));
        Assert.Null(await Store.FindAsync(name.WithDigest(OciDigest.Of("none"u8)), default));
        var failure = await Assert.ThrowsAsync<PackException>(() => Store.ResolveAsync(name, TestContent.Amd64, default));
        Assert.Equal(("ImageNotFound", PackErrorKind.NotFound, name.ToString()), (failure.ErrorId, failure.Kind, failure.Target));
        Assert.Empty(await Store.ListTagsAsync(name, default));
        Assert.False(await Store.RemoveAsync(name, default));
    }

    [SkippableFact]
    public async Task A_blob_comes_back_as_it_was_put()
    {
        Require();
        var name = NewName();
        var content = TestContent.Bytes(300_000);
        var blob = TestContent.Blob(content);

        Assert.False(await Store.HasBlobAsync(name, blob.Descriptor, default));
        Assert.Equal(BlobTransfer.Sent, await Store.PutBlobAsync(name, blob, null, default));
        Assert.True(await Store.HasBlobAsync(name, blob.Descriptor, default));
        Assert.Equal(content, await TestContent.ReadAsync(Store, name, blob.Descriptor));
        Assert.Equal(BlobTransfer.Present, await Store.PutBlobAsync(name, blob, null, default));
    }

    [SkippableFact]
    public async Task An_empty_blob_comes_back()
    {
        Require();
        var name = NewName();
        var blob = TestContent.Blob([]);

        await Store.PutBlobAsync(name, blob, null, default);

        Assert.Empty(await TestContent.ReadAsync(Store, name, blob.Descriptor));
    }

    [SkippableFact]
    public async Task A_large_stream_is_put_and_told_of()
    {
        Require();
        var name = NewName();
        using var blob = TestContent.Stream(20_000_000);
        var told = new List<long>();

        await Store.PutBlobAsync(name, blob, new Reports(told), default);

        await using var stream = await Store.OpenBlobAsync(name, blob.Descriptor, default);
        await stream.CopyToAsync(Stream.Null);
        Assert.Equal(told.Order(), told);
        Assert.Equal(20_000_000, told[^1]);
    }

    [SkippableFact]
    public async Task A_blob_with_another_digest_is_not_taken()
    {
        Require();
        var name = NewName();
        var claimed = TestContent.Describe(TestContent.Bytes(100_000, 1));
        using var blob = BlobSource.OfStream(new MemoryStream(TestContent.Bytes(100_000, 2)), claimed);

        var failure = await Assert.ThrowsAsync<PackException>(() => Store.PutBlobAsync(name, blob, null, default));

        Assert.Equal("DigestMismatch", failure.ErrorId);
        Assert.False(await Store.HasBlobAsync(name, claimed, default));
    }

    [SkippableFact]
    public async Task A_stream_that_ends_early_is_not_taken()
    {
        Require();
        var name = NewName();
        var content = TestContent.Bytes(100_000);
        using var blob = BlobSource.OfStream(new MemoryStream(content[..50_000]), TestContent.Describe(content));

        var failure = await Assert.ThrowsAsync<PackException>(() => Store.PutBlobAsync(name, blob, null, default));

        Assert.Equal("DigestMismatch", failure.ErrorId);
        Assert.False(await Store.HasBlobAsync(name, blob.Descriptor, default));
    }

    [SkippableFact]
    public async Task A_blob_that_does_not_exist_is_not_found()
    {
        Require();
        var name = NewName();
        await TestContent.PutImageAsync(Store, name);

        var failure = await Assert.ThrowsAsync<PackException>(
            () => TestContent.ReadAsync(Store, name, TestContent.Describe("nothing"u8.ToArray())));

        Assert.Equal("BlobNotFound", failure.ErrorId);
    }

    [SkippableFact]
    public async Task A_put_that_is_cancelled_leaves_nothing()
    {
        Require();
        var name = NewName();
        using var cancel = new CancellationTokenSource();
        using var inner = TestContent.Stream(30_000_000);
        using var blob = BlobSource.OfStream(new NoiseStream(30_000_000), inner.Descriptor);
        var progress = new Reports([]) { OnReport = _ => cancel.Cancel() };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutBlobAsync(name, blob, progress, cancel.Token));

        Assert.False(await Store.HasBlobAsync(name, blob.Descriptor, default));
    }

    [SkippableFact]
    public async Task Several_blobs_go_up_and_down_at_once()
    {
        Require();
        var name = NewName();
        var contents = Enumerable.Range(1, 12).Select(seed => TestContent.Bytes(400_000, seed)).ToArray();

        await Parallel.ForEachAsync(contents, async (content, token) => await Store.PutBlobAsync(name, TestContent.Blob(content), null, token));

        await Parallel.ForEachAsync(
            contents, async (content, _) => Assert.Equal(content, await TestContent.ReadAsync(Store, name, TestContent.Describe(content))));
    }

    [SkippableFact]
    public async Task A_blob_comes_from_another_image_of_the_store()
    {
        Require();
        var (from, to) = (NewName(), NewName());
        var manifest = await TestContent.PutImageAsync(Store, from);
        var layer = manifest.ToManifest("test").Layers[0];

        using var source = BlobSource.OfStore(Store, from, layer);
        var transfer = await Store.PutBlobAsync(to, source, null, default);

        Assert.NotEqual(BlobTransfer.Sent, transfer);
        Assert.True(await Store.HasBlobAsync(to, layer, default));
    }

    [SkippableFact]
    public async Task An_index_gives_the_image_of_a_platform()
    {
        Require();
        var name = NewName();
        var platforms = new[] { TestContent.Amd64, new OciPlatform("arm64", "linux", "v8"), new OciPlatform("arm", "linux", "v6"), new OciPlatform("arm", "linux", "v7") };
        var entries = new List<OciDescriptor>();
        for (var i = 0; i < platforms.Length; i++)
        {
            var manifest = await TestContent.PutPartsAsync(Store, name, i, platforms[i]);
            await Store.PutManifestAsync(name.WithDigest(manifest.Descriptor.Digest), manifest, default);
            entries.Add(manifest.Descriptor with { Platform = platforms[i] });
        }

        await Store.PutManifestAsync(name, StoredManifest.Of(new OciIndex { Manifests = entries }), default);

        Assert.True((await Store.FindAsync(name, default))!.IsIndex);
        Assert.Equal(entries[1].Digest, (await Store.ResolveAsync(name, new OciPlatform("arm64", "linux"), default)).Digest);
        Assert.Equal(entries[3].Digest, (await Store.ResolveAsync(name, new OciPlatform("arm", "linux", "v7"), default)).Digest);
        Assert.Equal(entries[2].Digest, (await Store.ResolveAsync(name, new OciPlatform("arm", "linux", "v6"), default)).Digest);
        var failure = await Assert.ThrowsAsync<PackException>(() => Store.ResolveAsync(name, new OciPlatform("s390x", "linux"), default));
        Assert.Equal("PlatformNotFound", failure.ErrorId);
        Assert.Contains("linux/arm64/v8", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Dockers_documents_are_kept_as_they_are()
    {
        Require();
        var name = NewName();

        var manifest = await TestContent.PutImageAsync(Store, name, docker: true);
        var found = await Store.GetAsync(name, default);

        Assert.Equal(MediaTypes.DockerManifest, found.Descriptor.MediaType);
        Assert.Equal(manifest.Content.ToArray(), found.Content.ToArray());
    }

    [SkippableFact]
    public async Task A_tag_moves_and_others_stay()
    {
        Require();
        var name = NewName();
        var first = await TestContent.PutImageAsync(Store, name, seed: 1);
        await Store.TagAsync(name, "kept", default);
        var second = await TestContent.PutImageAsync(Store, name, seed: 2);

        Assert.Equal(second.Descriptor.Digest, (await Store.GetAsync(name, default)).Descriptor.Digest);
        Assert.Equal(first.Descriptor.Digest, (await Store.GetAsync(name.WithTag("kept"), default)).Descriptor.Digest);
        Assert.Equal(new[] { "kept", name.Tag! }.Order(StringComparer.Ordinal), await Store.ListTagsAsync(name, default));
        await Assert.ThrowsAsync<PackException>(() => Store.TagAsync(NewName(), "x", default));
    }

    [SkippableFact]
    public async Task Removing_a_tag_leaves_the_image_to_its_other_tags()
    {
        Require();
        var name = NewName();
        await TestContent.PutImageAsync(Store, name);
        await Store.TagAsync(name, "other", default);

        Assert.True(await Store.RemoveAsync(name, default));

        Assert.Null(await Store.FindAsync(name, default));
        Assert.NotNull(await Store.FindAsync(name.WithTag("other"), default));
    }

    [SkippableFact]
    public async Task Removing_a_digest_removes_all_its_tags()
    {
        Require();
        var name = NewName();
        var manifest = await TestContent.PutImageAsync(Store, name);
        await Store.TagAsync(name, "other", default);

        Assert.True(await Store.RemoveAsync(name.WithDigest(manifest.Descriptor.Digest), default));

        Assert.Null(await Store.FindAsync(name, default));
        Assert.Null(await Store.FindAsync(name.WithTag("other"), default));
        Assert.Null(await Store.FindAsync(name.WithDigest(manifest.Descriptor.Digest), default));
    }

    private sealed class Reports(List<long> told) : IProgress<long>
    {
        public Action<long>? OnReport { get; init; }

        public void Report(long value)
        {
            told.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
