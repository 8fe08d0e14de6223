using System.Collections.Concurrent;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Caching;

/// <summary>
/// Layers kept in a folder between builds, laid out as other lifecycles do: uncompressed layers in <c>committed/</c> under
/// their diffIDs beside the metadata. The next content grows in <c>staging/</c> and takes its place at once when it is
/// complete, so that a build that breaks off leaves the cache as it was.
/// </summary>
internal sealed class VolumeCache
{
    private const string MetadataFile = "io.buildpacks.lifecycle.cache.metadata";

    private const int ReadBuffer = 1 << 18;

    // Layers are restored side by side.
    private readonly ConcurrentDictionary<string, bool> intact = new(StringComparer.Ordinal);
    private readonly string committed;
    private readonly string staging;
    private readonly string backup;
    private bool staged;

    /// <summary>Opens the cache in a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder; the message names it.</exception>
    public VolumeCache(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"the cache folder '{folder}' does not exist");
        }

        committed = Path.Combine(folder, "committed");
        staging = Path.Combine(folder, "staging");
        backup = Path.Combine(folder, "committed-backup");
        if (!Directory.Exists(committed) && Directory.Exists(backup))
        {
            // A build died between the two steps of taking the new content.
            Directory.Move(backup, committed);
        }
    }

    /// <summary>Opens the cache that the platform gave, if any.</summary>
    public static VolumeCache? Open(string? folder) => folder is null ? null : new VolumeCache(folder);

    /// <summary>Warns when the platform gave no cache.</summary>
    public static void WarnIfMissing(string? folder, ILifecycleLog log)
    {
        if (folder is null)
        {
            log.Warn("No cached data will be used, no cache specified.");
        }
    }

    /// <summary>Whether an earlier build left something.</summary>
    public bool Exists => Directory.Exists(committed);

    /// <summary>What the cache holds.</summary>
    public CacheMetadata ReadMetadata()
    {
        var path = Path.Combine(committed, MetadataFile);
        return File.Exists(path) ? CacheMetadata.FromJson(File.ReadAllText(path)) : new CacheMetadata();
    }

    /// <summary>The file of a layer, or <see langword="null"/> when the cache does not have it.</summary>
    public string? Find(string diffId) =>
        OciDigest.IsValid(diffId) && LayerFile(committed, diffId) is var path && File.Exists(path) ? path : null;

    /// <summary>Reads a layer to its end, and checks that it has its diffID.</summary>
    /// <param name="diffId">The layer.</param>
    /// <param name="use">Takes the content; what it leaves is read after it.</param>
    /// <returns>Why the layer cannot be used; <see langword="null"/> when nothing is wrong.</returns>
    public string? Read(string diffId, Action<HashingStream> use)
    {
        if (Find(diffId) is not { } path)
        {
            return $"failed to find cache layer with SHA '{diffId}'";
        }

        using var content = new HashingStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, ReadBuffer));
        use(content);
        content.ReadToEnd();
        if (content.Digest() is var actual && actual != diffId)
        {
            return $"expected layer contents to have SHA '{diffId}'; found '{actual}'";
        }

        intact[diffId] = true;
        return null;
    }

    /// <summary>Why a layer cannot be used again; <see langword="null"/> when nothing is wrong. What was read before is not read again.</summary>
    public string? ProblemOf(string diffId) => intact.ContainsKey(diffId) && Find(diffId) is not null ? null : Read(diffId, static _ => { });

    /// <summary>Keeps a layer for the next build.</summary>
    /// <returns>Whether the cache has it.</returns>
    public bool TryReuse(string diffId)
    {
        if (Find(diffId) is not { } path)
        {
            return false;
        }

        Stage();
        HardLink.CreateOrCopy(path, LayerFile(staging, diffId));
        return true;
    }

    /// <summary>Writes a layer for the next build.</summary>
    /// <returns>The file, and the layer's diffID.</returns>
    public (string Path, string DiffId) Add(LayerSource layer)
    {
        Stage();
        var written = Path.Combine(staging, ".layer");
        File.Delete(written);
        var diffId = LayerHasher.WriteFile(layer, written);
        var path = LayerFile(staging, diffId);
        File.Move(written, path, overwrite: true);
        return (path, diffId);
    }

    /// <summary>Takes what was kept and written as the cache's content; all else is removed.</summary>
    /// <param name="metadata">What the layers are; a launch cache has none.</param>
    public void Commit(CacheMetadata? metadata)
    {
        Stage();
        if (metadata is not null)
        {
            File.WriteAllText(Path.Combine(staging, MetadataFile), metadata.ToJson());
        }

        Remove(backup);
        if (Exists)
        {
            Directory.Move(committed, backup);
        }

        Directory.Move(staging, committed);
        Remove(backup);
        staged = false;
    }

    private static string LayerFile(string folder, string diffId) => Path.Combine(folder, diffId + ".tar");

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Stage()
    {
        if (staged)
        {
            return;
        }

        Remove(staging);
        Directory.CreateDirectory(staging);
        staged = true;
    }
}
