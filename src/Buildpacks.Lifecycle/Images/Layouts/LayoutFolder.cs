using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Layouts;

/// <summary>One OCI layout on disk. It may be sparse: blobs of layers can be missing or empty.</summary>
/// <param name="path">Its folder.</param>
internal sealed class LayoutFolder(string path)
{
    // Manifests and configs are kilobytes; a file beyond this is a mistake and not read into memory.
    private const long LargestDocument = 32 << 20;

    /// <summary>Its folder.</summary>
    public string Path { get; } = path;

    /// <summary>Whether there is a layout.</summary>
    public bool Exists => File.Exists(IndexPath);

    /// <summary>The folder of its blobs.</summary>
    public string BlobFolder => System.IO.Path.Combine(Path, "blobs", OciDigest.Algorithm);

    private string IndexPath => System.IO.Path.Combine(Path, LayoutPath.IndexFile);

    /// <summary>The file of a blob, whether it is there or not.</summary>
    public string BlobPath(string digest) => System.IO.Path.Combine(Path, LayoutPath.Blob(digest));

    /// <summary>Whether a blob's content is there.</summary>
    public bool HasBlob(string digest) => new FileInfo(BlobPath(digest)) is { Exists: true, Length: > 0 };

    /// <summary>Reads the one image of the layout.</summary>
    /// <param name="name">The image's name.</param>
    /// <exception cref="InvalidDataException">The layout is broken or holds more than one image; the message names the file.</exception>
    public ExistingImage Read(string name)
    {
        var index = ReadDocument(IndexPath, null, OciJson.Default.OciIndex);
        if (index.Manifests is not [var entry])
        {
            throw new InvalidDataException($"{IndexPath} must name exactly one image, but names {index.Manifests.Count}");
        }

        var manifest = ReadDocument(BlobPath(entry.Digest), entry.Digest, OciJson.Default.OciManifest);
        var config = ReadDocument(BlobPath(manifest.Config.Digest), manifest.Config.Digest, OciJson.Default.OciImageConfig);
        if (config.Rootfs.DiffIds.Count != manifest.Layers.Count)
        {
            throw new InvalidDataException(
                $"the image in {Path} is broken: its config has {config.Rootfs.DiffIds.Count} layers and its manifest {manifest.Layers.Count}");
        }

        return new ExistingImage(name, LayoutIdentifier.Of(Path, entry.Digest), config) { Layers = manifest.Layers, Folder = Path };
    }

    /// <summary>Writes a document as a blob and describes it.</summary>
    public OciDescriptor WriteDocument<T>(T document, JsonTypeInfo<T> type, string mediaType) =>
        WriteDocument(JsonSerializer.SerializeToUtf8Bytes(document, type), mediaType);

    /// <summary>Writes a document as a blob and describes it.</summary>
    public OciDescriptor WriteDocument(byte[] content, string mediaType)
    {
        var digest = Sha256.DigestOf(content);
        File.WriteAllBytes(BlobPath(digest), content);
        return new OciDescriptor { MediaType = mediaType, Digest = digest, Size = content.Length };
    }

    /// <summary>Makes an image the only one of the layout. Blobs of an earlier image stay, as with the reference lifecycle.</summary>
    /// <param name="manifest">The manifest's description.</param>
    public void Commit(OciDescriptor manifest)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, LayoutPath.MarkerFile), LayoutPath.MarkerContent);
        var index = new OciIndex { Manifests = [manifest] };
        File.WriteAllBytes(IndexPath, JsonSerializer.SerializeToUtf8Bytes(index, OciJson.Default.OciIndex));
    }

    private static T ReadDocument<T>(string path, string? digest, JsonTypeInfo<T> type)
        where T : class
    {
        var size = new FileInfo(path) is { Exists: true } file ? file.Length : throw new InvalidDataException($"'{path}' is missing");
        if (size > LargestDocument)
        {
            throw new InvalidDataException($"'{path}' has {size} bytes, more than a manifest or config can have");
        }

        var content = File.ReadAllBytes(path);
        if (digest is not null && Sha256.DigestOf(content) is var actual && actual != digest)
        {
            throw new InvalidDataException($"'{path}' is broken: its content has the digest {actual}");
        }

        try
        {
            return JsonSerializer.Deserialize(content, type) ?? throw new InvalidDataException($"'{path}' is empty");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}' is not valid: {e.Message}", e);
        }
    }
}
