using System.Formats.Tar;
using System.Text.Json;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>An image as the archive that docker's <c>load</c> takes. A layer without a file is an empty entry: the daemon looks a layer up before it reads it.</summary>
/// <param name="config">The image's config.</param>
/// <param name="names">The image's names, each with its registry and tag.</param>
/// <param name="files">The files of layers, by diffID; may be filled after a first try.</param>
internal sealed class DaemonArchive(OciImageConfig config, IReadOnlyList<string> names, IReadOnlyDictionary<string, string> files)
{
    /// <summary>Writes the archive.</summary>
    public async Task WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(destination, TarEntryFormat.Gnu, leaveOpen: true);
        var configContent = ImageConfigText.Of(config);
        var configName = OciDigest.Hex(Sha256.DigestOf(configContent)) + ".json";
        await WriteAsync(tar, configName, new MemoryStream(configContent), cancellationToken);
        foreach (var diffId in config.Rootfs.DiffIds.Distinct())
        {
            await using Stream content = files.TryGetValue(diffId, out var path)
                ? new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan })
                : Stream.Null;
            await WriteAsync(tar, LayerName(diffId), content, cancellationToken);
        }

        var manifest = new DaemonArchiveManifest(
            configName,
            names,
            [.. config.Rootfs.DiffIds.Select(LayerName)]);
        var manifestContent = JsonSerializer.SerializeToUtf8Bytes([manifest], DaemonJson.Default.DaemonArchiveManifestArray);
        await WriteAsync(tar, "manifest.json", new MemoryStream(manifestContent), cancellationToken);
    }

    private static string LayerName(string diffId) => OciDigest.Hex(diffId) + ".tar";

    private static Task WriteAsync(TarWriter tar, string name, Stream content, CancellationToken cancellationToken) =>
        tar.WriteEntryAsync(
            new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = content, ModificationTime = LayerArchive.FixedTime },
            cancellationToken);
}
