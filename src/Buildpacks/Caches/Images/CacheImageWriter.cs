using System.Text.Json;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Exports;

namespace Buildpacks.Caches.Images;

/// <summary>Writes a cache image into a registry: the layers that the repository does not have, the config, and the manifest last.</summary>
/// <param name="store">The registry.</param>
internal sealed class CacheImageWriter(IImageStore store)
{
    private const int Parallel = 4;
    private const string Created = "1980-01-01T00:00:01Z";

    /// <summary>An archive without entries. Some registries refuse an image without layers, and lifecycles give such an image this one.</summary>
    private static readonly ReadOnlyMemory<byte> EmptyLayer = new byte[1024];

    /// <summary>Writes the image.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="metadata">What it holds.</param>
    /// <param name="held">The layers that the repository has, by diffID.</param>
    /// <param name="added">The layers that it may lack, by diffID.</param>
    /// <param name="cancellationToken">Ends the writing; the name has then what it had.</param>
    public async Task WriteAsync(
        ImageReference name, CacheMetadata metadata, IReadOnlyDictionary<string, OciDescriptor> held, IReadOnlyDictionary<string, BlobSource> added,
        CancellationToken cancellationToken)
    {
        var diffIds = metadata.Layers.Select(layer => layer.DiffId).ToList();
        var blobs = diffIds.Select(diffId => held.TryGetValue(diffId, out var blob) ? blob : added[diffId].Descriptor).ToList();
        using var empty = BlobSource.OfBytes(MediaTypes.LayerTar, EmptyLayer);
        var sent = diffIds.Where(diffId => !held.ContainsKey(diffId)).Select(diffId => added[diffId]).ToList();
        if (diffIds.Count == 0)
        {
            diffIds.Add(empty.Descriptor.Digest);
            blobs.Add(empty.Descriptor);
            sent.Add(empty);
        }

        using var config = BlobSource.OfBytes(MediaTypes.Config, Config(metadata, diffIds));
        sent.Add(config);
        await System.Threading.Tasks.Parallel.ForEachAsync(
            sent, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (blob, token) => await store.PutBlobAsync(name, blob, progress: null, token).ConfigureAwait(false)).ConfigureAwait(false);
        var manifest = new OciManifest
        {
            MediaType = MediaTypes.Manifest,
            Config = config.Descriptor,
            Layers = [.. blobs.Select(blob => blob with { MediaType = MediaTypes.ToOci(blob.MediaType), Annotations = null })],
        };
        await store.PutManifestAsync(name, StoredManifest.Read(ManifestText.Of(manifest), MediaTypes.Manifest, "cache image"), cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Config(CacheMetadata metadata, IReadOnlyList<string> diffIds) => JsonSerializer.SerializeToUtf8Bytes(
        new OciImageConfig
        {
            Architecture = "",
            Os = "linux",
            Created = Created,
            History = [.. diffIds.Select(_ => new OciHistory { Created = Created })],
            Rootfs = new OciRootFs { DiffIds = diffIds },
            Config = new OciContainerConfig { Labels = new Dictionary<string, string> { [CacheMetadata.Name] = metadata.Text } },
        },
        OciJson.Default.OciImageConfig);
}
