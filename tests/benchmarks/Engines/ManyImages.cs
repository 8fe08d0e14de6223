using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Buildpacks.Oci;

namespace Buildpacks.Benchmarks.Engines;

/// <summary>Many small images that look as if buildpacks had built them, in one docker archive: a layer of their own above one that they share.</summary>
/// <param name="count">How many.</param>
internal sealed class ManyImages(int count)
{
    private const string Time = "1980-01-01T00:00:01Z";

    /// <summary>Writes the archive.</summary>
    public async Task WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        var shared = await AddLayerAsync(tar, "base", cancellationToken);
        var images = new List<object>();
        for (var number = 0; number < count; number++)
        {
            var own = await AddLayerAsync(tar, $"app {number}", cancellationToken);
            var config = JsonSerializer.SerializeToUtf8Bytes(Config(number, shared, own), OciJson.Default.OciImageConfig);
            var name = Hash(config) + ".json";
            await WriteAsync(tar, name, config, cancellationToken);
            images.Add(new { Config = name, RepoTags = new[] { $"localhost/bench/app-{number}:latest" }, Layers = new[] { shared + ".tar", own + ".tar" } });
        }

        await WriteAsync(tar, "manifest.json", JsonSerializer.SerializeToUtf8Bytes(images), cancellationToken);
    }

    private static OciImageConfig Config(int number, string shared, string own) => new()
    {
        Created = Time,
        Architecture = "amd64",
        Os = "linux",
        Config = new OciContainerConfig
        {
            Entrypoint = ["/cnb/process/web"],
            Labels = new Dictionary<string, string>
            {
                ["io.buildpacks.lifecycle.metadata"] = $$"""
                    {"app":[{"sha":"sha256:{{own}}"}],
                    "buildpacks":[{"key":"bench/web","version":"1.0.{{number}}","layers":{"runtime":{"sha":"sha256:{{own}}","launch":true,"build":false,"cache":true} } }],
                    "runImage":{"topLayer":"sha256:{{shared}}","reference":"localhost/bench/run:1","image":"localhost/bench/run:1"} }
                    """,
                ["io.buildpacks.build.metadata"] = $$"""
                    {"buildpacks":[{"id":"bench/web","version":"1.0.{{number}}","homepage":"https://example.com/web"}],
                    "processes":[{"type":"web","command":["/workspace/server"],"args":["--port","8080"],"direct":true,"buildpackID":"bench/web"}],
                    "launcher":{"version":"0.20.0","source":{"git":{"repository":"example.com/lifecycle","commit":"0123456"} } } }
                    """,
                ["io.buildpacks.project.metadata"] = "{}",
                ["io.buildpacks.stack.id"] = "bench",
            },
        },
        Rootfs = new OciRootFs { DiffIds = ["sha256:" + shared, "sha256:" + own] },
        History = [new OciHistory { Created = Time, CreatedBy = "base" }, new OciHistory { Created = Time, CreatedBy = "app" }],
    };

    /// <summary>Writes a layer with one file.</summary>
    /// <returns>Its digest, without the algorithm.</returns>
    private static async Task<string> AddLayerAsync(TarWriter archive, string text, CancellationToken cancellationToken)
    {
        var layer = new MemoryStream();
        await using (var tar = new TarWriter(layer, TarEntryFormat.Pax, leaveOpen: true))
        {
            await WriteAsync(tar, "file", Encoding.UTF8.GetBytes(text), cancellationToken);
        }

        var hash = Hash(layer.ToArray());
        await WriteAsync(archive, hash + ".tar", layer.ToArray(), cancellationToken);
        return hash;
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static Task WriteAsync(TarWriter tar, string name, byte[] content, CancellationToken cancellationToken) => tar.WriteEntryAsync(
        new PaxTarEntry(TarEntryType.RegularFile, name) { ModificationTime = DateTimeOffset.UnixEpoch, DataStream = new MemoryStream(content) },
        cancellationToken);
}
