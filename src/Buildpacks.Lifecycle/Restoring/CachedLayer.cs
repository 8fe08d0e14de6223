using System.Diagnostics.CodeAnalysis;
using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.Layers;

namespace Buildpacks.Lifecycle.Restoring;

/// <summary>Unpacks layers of a cache and checks them in the same pass.</summary>
internal static class CachedLayer
{
    /// <summary>Unpacks a layer.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="diffId">The layer.</param>
    /// <param name="layersDirectory">The folder that its entries lie in.</param>
    /// <param name="problem">Why the layer cannot be used; what was unpacked must then be removed.</param>
    public static bool TryExtract(VolumeCache cache, string diffId, string layersDirectory, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            problem = cache.Read(diffId, content => LayerExtractor.Extract(content, layersDirectory));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or UnauthorizedAccessException)
        {
            problem = $"the cached layer {diffId} cannot be read: {e.Message}";
        }

        return problem is null;
    }
}
