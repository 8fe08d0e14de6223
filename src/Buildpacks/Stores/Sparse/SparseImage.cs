using System.Text.Json;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Sparse;

/// <summary>
/// An image without the data of its layers: the config and a manifest. They are made from what an engine tells of the image, or are the
/// image's own, from a registry. A lifecycle reads labels, platform and the list of layers from it; the layers themselves stay where they
/// are.
/// </summary>
internal sealed class SparseImage
{
    private SparseImage(OciImageConfig image, ReadOnlyMemory<byte> config, ReadOnlyMemory<byte> manifest, string mediaType, IReadOnlyList<OciDescriptor> layers)
    {
        Image = image;
        Layers = layers;
        Config = config;
        ConfigDigest = OciDigest.Of(config.Span);
        Manifest = manifest;
        ManifestDigest = OciDigest.Of(manifest.Span);
        MediaType = mediaType;
    }

    /// <summary>The config, read.</summary>
    public OciImageConfig Image { get; }

    /// <summary>The config's bytes.</summary>
    public ReadOnlyMemory<byte> Config { get; }

    /// <summary>The config's digest. Engines do not give the original bytes back, so it need not be the image's id.</summary>
    public string ConfigDigest { get; }

    /// <summary>The manifest's bytes.</summary>
    public ReadOnlyMemory<byte> Manifest { get; }

    /// <summary>The manifest's digest.</summary>
    public string ManifestDigest { get; }

    /// <summary>The manifest's media type.</summary>
    public string MediaType { get; }

    /// <summary>The layers as the manifest describes them, the base first.</summary>
    public IReadOnlyList<OciDescriptor> Layers { get; }

    /// <summary>An image of a registry: config and manifest are byte for byte its own.</summary>
    internal static SparseImage Of(StoredImage image) =>
        new(image.Config, image.ConfigContent, image.Document.Content, image.Document.Descriptor.MediaType, image.Manifest.Layers);

    /// <summary>Makes a sparse image.</summary>
    /// <param name="image">The config as the engine tells it.</param>
    /// <param name="presentLayers">
    /// The blobs, by diffID, of layers whose data will be there; <see langword="null"/> when none is. All other layers are named by
    /// their diffID and get size 0.
    /// </param>
    /// <returns>The same bytes for the same arguments.</returns>
    public static SparseImage From(OciImageConfig image, IReadOnlyDictionary<string, OciDescriptor>? presentLayers = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        var config = JsonSerializer.SerializeToUtf8Bytes(image, OciJson.Default.OciImageConfig);
        var manifest = new OciManifest
        {
            Config = new OciDescriptor { MediaType = MediaTypes.Config, Digest = OciDigest.Of(config), Size = config.Length },
            Layers =
            [
                .. image.Rootfs.DiffIds.Select(diffId => presentLayers?.GetValueOrDefault(diffId) ?? ArchiveLayer.HeldBy(diffId).Blob),
            ],
        };
        return new SparseImage(image, config, JsonSerializer.SerializeToUtf8Bytes(manifest, OciJson.Default.OciManifest), MediaTypes.Manifest, manifest.Layers);
    }
}
