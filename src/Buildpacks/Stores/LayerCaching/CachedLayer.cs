using Buildpacks.Oci;

namespace Buildpacks.Stores.LayerCaching;

/// <summary>A layer in the cache.</summary>
/// <param name="DiffId">The layer.</param>
/// <param name="Blob">Its content as it is in the file: digest, size and media type.</param>
/// <param name="Path">The file.</param>
public sealed record CachedLayer(string DiffId, OciDescriptor Blob, string Path);
