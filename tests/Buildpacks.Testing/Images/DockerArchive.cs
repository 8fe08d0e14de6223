using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Buildpacks.Oci;

namespace Buildpacks.Testing.Images;

/// <summary>Writes a <see cref="TestImage"/> as a docker archive: the layers, the config, and manifest.json.</summary>
internal static class DockerArchive
{
    public static async Task WriteAsync(TestImage image, Stream destination, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        var diffIds = new List<string>();
        foreach (var write in Layers(image))
        {
            // On disk, because a layer's digest must be known for the config and its length before its bytes.
            await using var layer = new FileStream(
                Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
            await write(layer, cancellationToken);
            layer.Position = 0;
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(layer, cancellationToken));
            layer.Position = 0;
            diffIds.Add("sha256:" + hash);
            await tar.WriteEntryAsync(Entry(hash + ".tar", image.Compressed ? await CompressAsync(layer, cancellationToken) : layer), cancellationToken);
        }

        var config = JsonSerializer.SerializeToUtf8Bytes(Config(image, diffIds), OciJson.Default.OciImageConfig);
        var configName = Convert.ToHexStringLower(SHA256.HashData(config)) + ".json";
        await tar.WriteEntryAsync(Entry(configName, new MemoryStream(config)), cancellationToken);
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new[]
        {
            new { Config = configName, RepoTags = new[] { image.Name }, Layers = diffIds.Select(id => id["sha256:".Length..] + ".tar") },
        });
        await tar.WriteEntryAsync(Entry("manifest.json", new MemoryStream(manifest)), cancellationToken);
    }

    private static async Task<Stream> CompressAsync(Stream layer, CancellationToken cancellationToken)
    {
        var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await layer.CopyToAsync(gzip, cancellationToken);
        }

        compressed.Position = 0;
        return compressed;
    }

    private static IEnumerable<Func<Stream, CancellationToken, Task>> Layers(TestImage image)
    {
        yield return BusyboxLayer.WriteBaseAsync;
        if (image.Padding > 0)
        {
            yield return (stream, cancellationToken) => BusyboxLayer.WritePaddingAsync(image.Padding, stream, cancellationToken);
        }

        if (image.Files.Count > 0)
        {
            yield return (stream, cancellationToken) => BusyboxLayer.WriteFilesAsync(image.Files, stream, cancellationToken);
        }
    }

    private static OciImageConfig Config(TestImage image, IReadOnlyList<string> diffIds) => new()
    {
        Created = "1980-01-01T00:00:01Z",
        Architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
            _ => "amd64",
        },
        Os = "linux",
        Config = new OciContainerConfig
        {
            User = image.User,
            Env = image.Environment,
            Entrypoint = image.Entrypoint,
            Cmd = image.Command,
            WorkingDir = image.WorkingDirectory,
            Labels = image.Labels,
            Other = image.Extensions.ToDictionary(field => field.Key, field => JsonDocument.Parse(field.Value).RootElement),
        },
        Rootfs = new OciRootFs { DiffIds = diffIds },
        History =
        [
            .. diffIds.Select(_ => new OciHistory { Created = "1980-01-01T00:00:01Z", CreatedBy = "test image", Author = "test", Comment = "a <layer> & more" }),
            .. image.EmptyStep ? [new OciHistory { Created = "1980-01-01T00:00:01Z", CreatedBy = "ENV", EmptyLayer = true }] : Array.Empty<OciHistory>(),
        ],
    };

    private static PaxTarEntry Entry(string name, Stream content) => new(TarEntryType.RegularFile, name)
    {
        ModificationTime = DateTimeOffset.UnixEpoch,
        Mode = (UnixFileMode)0b110_100_100,
        DataStream = content,
    };
}
