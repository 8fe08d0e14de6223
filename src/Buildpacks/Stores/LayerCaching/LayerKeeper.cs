using Buildpacks.IO;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layouts;

namespace Buildpacks.Stores.LayerCaching;

/// <summary>Keeps the layers of one image while they pass: which layer a blob is, is known only at the end.</summary>
/// <param name="cache">The cache.</param>
internal sealed class LayerKeeper(LayerCache cache) : IDisposable
{
    private readonly Dictionary<string, LayerCacheFile> _files = new(StringComparer.Ordinal);

    /// <summary>The content of a blob, which is kept while it is read.</summary>
    public Stream Watch(LayoutBlob blob)
    {
        if (blob.Length > LayerCache.MaximumLayer || _files.ContainsKey(blob.Digest) || cache.Begin() is not { } file)
        {
            return blob.Content;
        }

        _files.Add(blob.Digest, file);
        return new KeptStream(blob.Content, blob.Length, file);
    }

    /// <summary>Makes layers of the cache of what passed, and of the small blobs.</summary>
    public void Keep(LayoutContent content)
    {
        foreach (var layer in content.Layers.Where(layer => !layer.Held))
        {
            if (_files.Remove(layer.Blob.Digest, out var file))
            {
                using (file)
                {
                    cache.Keep(layer.DiffId, layer.Blob, file);
                }
            }
            else
            {
                KeepSmall(cache, content, layer);
            }
        }
    }

    /// <summary>Makes a layer of the cache of a small blob.</summary>
    public static void KeepSmall(LayerCache cache, LayoutContent content, ArchiveLayer layer)
    {
        if (!layer.Held && content.Held.TryGetValue(layer.Blob.Digest, out var bytes))
        {
            using var file = cache.Begin();
            file?.Write(bytes.Span);
            if (file is not null)
            {
                cache.Keep(layer.DiffId, layer.Blob, file);
            }
        }
    }

    /// <summary>Keeps the SBOM layer of an image: the next build of the image will want to read it.</summary>
    /// <param name="cache">The cache; <see langword="null"/> to keep nothing.</param>
    /// <param name="content">The image.</param>
    public static void KeepSbom(LayerCache? cache, LayoutContent content)
    {
        if (cache is not null && AppMetadata.Read(content.Config)?.SbomLayer is { } sbom
            && content.Layers.FirstOrDefault(layer => layer.DiffId == sbom) is { } layer)
        {
            KeepSmall(cache, content, layer);
        }
    }

    /// <summary>Removes what was not kept.</summary>
    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }

        _files.Clear();
    }
}

/// <summary>A stream of known length; what is read from it goes into a file of the cache too.</summary>
/// <param name="source">The stream; not closed.</param>
/// <param name="length">How many bytes it has.</param>
/// <param name="file">The file.</param>
internal sealed class KeptStream(Stream source, long length, LayerCacheFile file) : KnownLengthStream(source, length)
{
    /// <inheritdoc/>
    protected override void OnRead(ReadOnlySpan<byte> bytes) => file.Write(bytes);
}
