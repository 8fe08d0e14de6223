using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.LayerCaching;

/// <summary>Takes one layer out of the archive of an image and into the cache, whatever its name there: its content says which it is.</summary>
/// <param name="engine">The engine that holds the image.</param>
/// <param name="cache">The cache.</param>
/// <param name="progress">Told how many bytes of the archive were read; <see langword="null"/> for nobody.</param>
internal sealed class LayerSearch(IEngine engine, LayerCache cache, IProgress<long>? progress = null)
{
    /// <summary>Looks for a layer.</summary>
    /// <param name="image">The image.</param>
    /// <param name="diffId">The layer.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Whether it is in the cache now.</returns>
    /// <exception cref="PackException">The engine does not give the image.</exception>
    public async Task<bool> FetchAsync(ImageDetail image, string diffId, CancellationToken cancellationToken)
    {
        var others = image.Config.Rootfs.DiffIds.Where(other => other != diffId).Select(OciDigest.Hex).ToHashSet(StringComparer.Ordinal);
        var archive = await engine.Images.SaveAsync([image.Id], cancellationToken).ConfigureAwait(false);
        await using (archive.ConfigureAwait(false))
        {
            using var tar = new TarInput(new ReadProgressStream(archive, progress));
            while (await tar.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
            {
                if (entry is { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, DataStream: { } content }
                    && !others.Contains(Path.GetFileNameWithoutExtension(entry.Name))
                    && await TakeAsync(content, diffId, cancellationToken).ConfigureAwait(false))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private async Task<bool> TakeAsync(Stream content, string diffId, CancellationToken cancellationToken)
    {
        using var file = cache.Begin();
        if (file is null)
        {
            return false;
        }

        var start = new byte[2];
        var length = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var whole = new PrefixedStream(start.AsMemory(0, length), content);
        var layer = start is [0x1f, 0x8b] ? new GZipStream(whole, CompressionMode.Decompress) : (Stream)whole;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[81920];
        long size = 0;
        while (await layer.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
        {
            if ((size += count) > LayerCache.MaximumLayer)
            {
                return false;
            }

            hash.AppendData(buffer, 0, count);
            file.Write(buffer.AsSpan(0, count));
        }

        if (OciDigest.FromHash(hash.GetHashAndReset()) != diffId)
        {
            return false;
        }

        cache.Keep(diffId, new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = diffId, Size = size }, file);
        return true;
    }
}
