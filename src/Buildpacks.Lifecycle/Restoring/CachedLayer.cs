using System.Diagnostics.CodeAnalysis;
using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Layers.Hashing;

namespace Buildpacks.Lifecycle.Restoring;

/// <summary>Unpacks layers of a cache and checks them in the same pass.</summary>
internal static class CachedLayer
{
    private const int ReadBuffer = 1 << 18;

    /// <summary>Unpacks a layer.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="diffId">The layer.</param>
    /// <param name="layersDirectory">The folder that its entries lie in.</param>
    /// <param name="problem">Why the layer cannot be used; what was unpacked must then be removed.</param>
    public static bool TryExtract(VolumeCache cache, string diffId, string layersDirectory, [NotNullWhen(false)] out string? problem)
    {
        if (cache.Find(diffId) is not { } path)
        {
            problem = $"failed to find cache layer with SHA '{diffId}'";
            return false;
        }

        try
        {
            using var content = new HashingStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, ReadBuffer));
            LayerExtractor.Extract(content, layersDirectory);
            content.ReadToEnd();
            var actual = content.Digest();
            problem = actual == diffId ? null : $"expected layer contents to have SHA '{diffId}'; found '{actual}'";
            if (problem is null)
            {
                cache.NoteIntact(diffId);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or UnauthorizedAccessException)
        {
            problem = $"the cached layer {diffId} cannot be read: {e.Message}";
        }

        return problem is null;
    }
}
