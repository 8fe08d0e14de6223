using System.IO.Compression;
using Buildpacks.Oci;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Testing;

namespace Buildpacks.Tests.Images;

public sealed class LayerCacheTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i / 7))];
    private static readonly string DiffId = OciDigest.Of(Content);

    private readonly TestFolder _folder = new("layer-cache");

    private LayerCache Cache => new(_folder["layers"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_layer_is_found_by_its_diffID(bool packed)
    {
        var blob = Keep(DiffId, packed ? Packed(Content) : Content, packed);

        var found = Cache.Find(DiffId);

        Assert.Equal((DiffId, blob.Digest, blob.Size), (found!.DiffId, found.Blob.Digest, found.Blob.Size));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_layer_that_was_kept_in_the_name_of_another_is_not_found(bool packed)
    {
        byte[] other = [1, 2, 3];
        Keep(DiffId, packed ? Packed(other) : other, packed);

        Assert.Null(Cache.Find(DiffId));
        Assert.Empty(Directory.GetFiles(_folder["layers"]));
    }

    [Fact]
    public void A_layer_that_cannot_be_unpacked_is_not_found()
    {
        Keep(DiffId, Packed(Content)[..^20], packed: true);

        Assert.Null(Cache.Find(DiffId));
    }

    private OciDescriptor Keep(string diffId, byte[] content, bool packed)
    {
        var blob = new OciDescriptor { MediaType = packed ? MediaTypes.LayerTarGzip : MediaTypes.LayerTar, Digest = OciDigest.Of(content), Size = content.Length };
        using var file = Cache.Begin()!;
        file.Write(content);
        Cache.Keep(diffId, blob, file);
        return blob;
    }

    private static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}
