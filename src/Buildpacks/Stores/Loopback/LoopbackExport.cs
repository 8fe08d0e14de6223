using System.Text.Json;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Loopback;

/// <summary>The app image that a lifecycle pushed.</summary>
/// <param name="Document">Its manifest, byte for byte.</param>
/// <param name="Manifest">The same, read.</param>
internal sealed record LoopbackExport(StoredManifest Document, OciManifest Manifest)
{
    /// <summary>The digest of the manifest.</summary>
    public string Digest => Document.Descriptor.Digest;

    /// <summary>The index of a layout with this image.</summary>
    public byte[] Index => JsonSerializer.SerializeToUtf8Bytes(new OciIndex { Manifests = [Document.Descriptor] }, OciJson.Default.OciIndex);

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="PackException"><c>ManifestInvalid</c>: it is not the manifest of one image.</exception>
    public static LoopbackExport Read(ReadOnlyMemory<byte> content, string? mediaType)
    {
        const string place = "registry of the build";
        var document = StoredManifest.Read(content, mediaType, place);
        return document.IsIndex
            ? throw StoreErrors.ManifestInvalid(place, "it is an index, and one image is expected")
            : new LoopbackExport(document, document.ToManifest(place));
    }
}
