using System.Formats.Tar;
using System.Security.Cryptography;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Layers;

/// <summary>Reads archives back with the framework's own reader.</summary>
internal static class TarEntries
{
    public static IReadOnlyList<TarEntry> Of(LayerSource layer)
    {
        using var folder = new TestFolder();
        var path = folder["layer.tar"];
        LayerHasher.WriteFile(layer, path);
        return Of(path);
    }

    public static IReadOnlyList<TarEntry> Of(string path)
    {
        using var reader = new TarReader(File.OpenRead(path));
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>The digest of a file, as layers are named in a cache.</summary>
    public static string DigestOf(string path) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    public static string Text(this TarEntry entry) => new StreamReader(entry.DataStream!).ReadToEnd();
}
