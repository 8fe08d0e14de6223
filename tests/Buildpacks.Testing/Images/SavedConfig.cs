using System.Formats.Tar;
using System.Text.Json;
using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Testing.Images;

/// <summary>Finds out which image it is that an engine holds, where the id is no help: docker's containerd store has a manifest's digest there.</summary>
public static class SavedConfig
{
    private const int MaximumSize = 1 << 20;

    /// <summary>The digest of the config that the engine saves for an image: of the bytes themselves, whatever they are called.</summary>
    public static async Task<string> DigestAsync(IEngine engine, string image, CancellationToken cancellationToken = default)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using var saved = await engine.Images.SaveAsync([image], cancellationToken);
        await using var tar = new TarReader(saved);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry is { DataStream: { } content, Length: <= MaximumSize })
            {
                var bytes = new byte[entry.Length];
                await content.ReadExactlyAsync(bytes, cancellationToken);
                files[entry.Name] = bytes;
            }
        }

        using var manifest = JsonDocument.Parse(files["manifest.json"]);
        return OciDigest.Of(files[manifest.RootElement[0].GetProperty("Config").GetString()!]);
    }
}
