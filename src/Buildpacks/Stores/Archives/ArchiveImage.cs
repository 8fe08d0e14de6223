using System.Text.Json;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Archives;

/// <summary>An image as it stands in an archive.</summary>
public sealed class ArchiveImage
{
    /// <summary>Describes an image.</summary>
    /// <param name="config">The config's bytes.</param>
    /// <param name="layers">The layers, the base first.</param>
    /// <param name="names">The names the engine gives it, full and with tags, the first being the main one.</param>
    public ArchiveImage(ReadOnlyMemory<byte> config, IReadOnlyList<ArchiveLayer> layers, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(layers);
        Config = config;
        ConfigDigest = OciDigest.Of(config.Span);
        Layers = layers;
        Names = names;
        Manifest = JsonSerializer.SerializeToUtf8Bytes(
            new OciManifest
            {
                Config = new OciDescriptor { MediaType = MediaTypes.Config, Digest = ConfigDigest, Size = config.Length },
                Layers = [.. layers.Select(layer => layer.Blob)],
            },
            OciJson.Default.OciManifest);
        ManifestDigest = OciDigest.Of(Manifest.Span);
    }

    /// <summary>The config's bytes.</summary>
    public ReadOnlyMemory<byte> Config { get; }

    /// <summary>The config's digest: the image's id for podman and for docker with its graph drivers.</summary>
    public string ConfigDigest { get; }

    /// <summary>The layers, the base first.</summary>
    public IReadOnlyList<ArchiveLayer> Layers { get; }

    /// <summary>The names the engine gives it.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The OCI manifest's bytes.</summary>
    public ReadOnlyMemory<byte> Manifest { get; }

    /// <summary>The OCI manifest's digest: the image's id for docker with containerd's store.</summary>
    public string ManifestDigest { get; }

    /// <summary>The image's entries in an OCI index: one for each name, or one without.</summary>
    public IReadOnlyList<OciDescriptor> ToIndex()
    {
        var entry = new OciDescriptor { MediaType = MediaTypes.Manifest, Digest = ManifestDigest, Size = Manifest.Length };
        return Names.Count == 0
            ? [entry]
            :
            [
                .. Names.Select(name => entry with
                {
                    Annotations = OciAnnotations.OfName(name),
                }),
            ];
    }
}

/// <summary>A layer of an image in an archive: either one whose data is in the archive, or one that the engine holds already.</summary>
public sealed record ArchiveLayer
{
    /// <summary>The digest of the uncompressed layer.</summary>
    public required string DiffId { get; init; }

    /// <summary>
    /// The blob: its digest, size and media type as they are in the archive. For a layer that the engine holds, the name that the
    /// engine's store has for it.
    /// </summary>
    public required OciDescriptor Blob { get; init; }

    /// <summary>Whether the layer's data is absent because the engine holds it.</summary>
    public bool Held { get; init; }

    /// <summary>The path of the layer in a docker archive; <see langword="null"/> for the place of blobs.</summary>
    public string? Path { get; init; }

    /// <summary>A layer that the engine holds under its diffID.</summary>
    /// <param name="diffId">The diffID.</param>
    public static ArchiveLayer HeldBy(string diffId) => new()
    {
        DiffId = diffId,
        Blob = new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = diffId, Size = 0 },
        Held = true,
    };
}

/// <summary>Writes one image into an archive: its blobs, then it says what they are.</summary>
/// <param name="writer">Takes the blobs. Completing it is left to the caller.</param>
/// <param name="cancellationToken">Ends the writing.</param>
/// <returns>The image.</returns>
public delegate Task<ArchiveImage> ArchiveSource(ImageArchiveWriter writer, CancellationToken cancellationToken);
