using System.Security.Cryptography;
using System.Text;
using Buildpacks.Oci;
using Buildpacks.Stores.Layers;
using Buildpacks.Testing.Images;

namespace Buildpacks.Stores.Tests.Support;

/// <summary>Blobs and images for the tests of stores.</summary>
internal static class TestContent
{
    public static readonly OciPlatform Amd64 = new("amd64", "linux");

    /// <summary>Bytes that are the same for the same size and seed.</summary>
    public static byte[] Bytes(int size, int seed = 1)
    {
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        return content;
    }

    public static OciDescriptor Describe(byte[] content, string mediaType = MediaTypes.LayerTarGzip) =>
        new() { MediaType = mediaType, Digest = OciDigest.Of(content), Size = content.Length };

    public static BlobSource Blob(byte[] content) => BlobSource.OfBytes(MediaTypes.LayerTarGzip, content);

    /// <summary>A large blob that is read as a stream, once.</summary>
    public static BlobSource Stream(long size)
    {
        using var noise = new NoiseStream(size);
        var digest = OciDigest.FromHash(SHA256.HashData(noise));
        return BlobSource.OfStream(new NoiseStream(size), new OciDescriptor { MediaType = MediaTypes.LayerTarGzip, Digest = digest, Size = size });
    }

    /// <summary>Puts an image with one layer into a store.</summary>
    public static async Task<StoredManifest> PutImageAsync(
        IImageStore store, ImageReference name, int seed = 1, OciPlatform? platform = null, bool docker = false)
    {
        var manifest = await PutPartsAsync(store, name, seed, platform ?? Amd64, docker);
        await store.PutManifestAsync(name, manifest, default);
        return manifest;
    }

    /// <summary>Puts the config and the layer of an image into a store, and makes the manifest.</summary>
    public static async Task<StoredManifest> PutPartsAsync(IImageStore store, ImageReference name, int seed, OciPlatform platform, bool docker = false)
    {
        var layer = Bytes(5000, seed);
        var config = Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"{{{platform.Architecture}}}","os":"{{{platform.Os}}}","config":{"Labels":{"seed":"{{{seed}}}"}},"rootfs":{"type":"layers","diff_ids":["{{{OciDigest.Of(layer)}}}"]},"history":[]}""");
        var configBlob = BlobSource.OfBytes(docker ? MediaTypes.DockerConfig : MediaTypes.Config, config);
        var layerBlob = BlobSource.OfBytes(docker ? MediaTypes.DockerLayerTar : MediaTypes.LayerTar, layer);
        await store.PutBlobAsync(name, configBlob, null, default);
        await store.PutBlobAsync(name, layerBlob, null, default);
        return StoredManifest.Of(new OciManifest
        {
            MediaType = docker ? MediaTypes.DockerManifest : MediaTypes.Manifest,
            Config = configBlob.Descriptor,
            Layers = [layerBlob.Descriptor],
        });
    }

    public static async Task<byte[]> ReadAsync(IImageStore store, ImageReference image, OciDescriptor blob)
    {
        await using var stream = await store.OpenBlobAsync(image, blob, default);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }
}
