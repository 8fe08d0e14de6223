using System.Text.Json;
using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Caches;

/// <summary>
/// Keeps the manifests of images that were loaded into an engine whose store knows layers by the digests they came with (docker with
/// containerd's store), because the engine does not tell those. With them, the next image can leave those layers out.
/// </summary>
/// <param name="folder">The folder of the files, one a manifest.</param>
internal sealed class LoadedManifests(string folder)
{
    private const int MaximumFiles = 256;
    private const long MaximumSize = 4 * 1024 * 1024;

    /// <summary>The manifests of the user.</summary>
    public static LoadedManifests OfUser() => new(Path.Combine(UserFolders.Cache, "manifests"));

    /// <summary>What the engine's store calls the layers of an image, by diffID.</summary>
    /// <param name="image">The image.</param>
    /// <returns>The layers; none when the manifest was not kept.</returns>
    public IReadOnlyDictionary<string, OciDescriptor> LayersOf(ImageDetail? image)
    {
        var layers = new Dictionary<string, OciDescriptor>(StringComparer.Ordinal);
        if (image is not null && Read(image.Id)?.Layers is { } blobs && blobs.Count == image.Config.Rootfs.DiffIds.Count)
        {
            foreach (var (diffId, blob) in image.Config.Rootfs.DiffIds.Zip(blobs))
            {
                layers[diffId] = blob;
            }
        }

        return layers;
    }

    /// <summary>Keeps the manifest of an image.</summary>
    public void Store(ArchiveImage image)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(PathOf(image.ManifestDigest), image.Manifest.ToArray());
            foreach (var old in new DirectoryInfo(folder).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc).Skip(MaximumFiles))
            {
                old.Delete();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without it the next image is loaded with all its layers.
        }
    }

    private OciManifest? Read(string digest)
    {
        try
        {
            return OciDigest.IsValid(digest) && new FileInfo(PathOf(digest)) is { Exists: true, Length: <= MaximumSize } file
                && File.ReadAllBytes(file.FullName) is var content && OciDigest.Of(content) == digest
                    ? StrictJson.Deserialize(content, OciJson.Default.OciManifest)
                    : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private string PathOf(string digest) => Path.Combine(folder, OciDigest.Hex(digest));
}
