using System.IO.Compression;
using System.Security.Cryptography;
using Buildpacks.Configuration;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.LayerCaching;

/// <summary>
/// Keeps layers of images that were built, as files: those that the engine holds but does not give back one by one. The SBOM layer,
/// which the lifecycle wants to read when it builds again; and for docker's graph drivers, which know a layer by all that is below
/// it, the layers that have to be sent again when one below them changed.
/// </summary>
/// <param name="folder">The folder of the files.</param>
/// <param name="capacity">How many bytes the files may have in all; the ones not used for longest go first.</param>
internal sealed class LayerCache(string folder, long capacity = LayerCache.DefaultCapacity)
{
    /// <summary>The largest layer that is kept, in bytes.</summary>
    public const long MaximumLayer = 128L * 1024 * 1024;

    /// <summary>How large a layer may be without its compression, in bytes.</summary>
    private const long MaximumUnpacked = 8 * MaximumLayer;

    private const string Mismatch = "its content does not match the config of the image";
    private const int BufferSize = 128 * 1024;
    private const long DefaultCapacity = 1024L * 1024 * 1024;
    private const string Plain = ".tar";
    private const string Compressed = ".tgz";

    /// <summary>The cache of this user.</summary>
    public static LayerCache OfUser() => new(Path.Combine(UserFolders.Cache, "layers"));

    /// <summary>The layers of packaged buildpacks that this user read from engines and registries.</summary>
    public static LayerCache OfPackages() => new(Path.Combine(UserFolders.Cache, "packages"));

    /// <summary>A layer that is in the cache, whole and unchanged.</summary>
    /// <param name="diffId">The layer.</param>
    /// <param name="blob">The digest of the blob that it has to be in; <see langword="null"/> for any.</param>
    /// <returns>The layer; <see langword="null"/> when it is not there.</returns>
    public CachedLayer? Find(string diffId, string? blob = null)
    {
        try
        {
            var pattern = $"{OciDigest.Hex(diffId)}-{(blob is null ? "" : OciDigest.Hex(blob))}*";
            var path = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).FirstOrDefault() : null;
            if (path is null)
            {
                return null;
            }

            if (Describe(path) is not { } found || DigestOf(path) != found.Digest)
            {
                File.Delete(path);
                return null;
            }

            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return new CachedLayer(diffId, found, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Makes a file that may become a layer.</summary>
    /// <returns>The file; <see langword="null"/> when none can be made. A cache that does not work is no reason to fail.</returns>
    internal LayerCacheFile? Begin()
    {
        try
        {
            Directory.CreateDirectory(folder);
            OwnedPath.RemoveAbandoned(folder);
            return new LayerCacheFile(OwnedPath.New(folder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Makes a file a layer of the cache, if its content is the layer. Whoever made the image said so, and a wrong word would give one image a
    /// layer of another.
    /// </summary>
    /// <param name="diffId">The layer.</param>
    /// <param name="blob">What the file contains.</param>
    /// <param name="file">The file, written to its end.</param>
    /// <returns>What is wrong with the content, as the end of a sentence; <see langword="null"/> when nothing is.</returns>
    internal string? Keep(string diffId, OciDescriptor blob, LayerCacheFile file)
    {
        var extension = blob.MediaType switch
        {
            MediaTypes.LayerTar or MediaTypes.DockerLayerTar => Plain,
            MediaTypes.LayerTarGzip or MediaTypes.DockerLayerTarGzip => Compressed,
            _ => null,
        };
        if (extension is null || !file.Complete())
        {
            return null;
        }

        // The digest of the blob was compared when it was read. Without compression, it is that of the layer.
        var problem = extension == Compressed ? ProblemOf(file.Path, diffId) : blob.Digest == diffId ? null : Mismatch;
        if (problem is null && file.MoveTo(Path.Combine(folder, $"{OciDigest.Hex(diffId)}-{OciDigest.Hex(blob.Digest)}{extension}")))
        {
            MakeRoom();
        }

        return problem;
    }

    private static string? ProblemOf(string path, string diffId)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var layer = new GZipStream(file, CompressionMode.Decompress);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[BufferSize];
            long size = 0;
            for (int count; (count = layer.Read(buffer)) > 0;)
            {
                if ((size += count) > MaximumUnpacked)
                {
                    return "it is too large without its compression";
                }

                hash.AppendData(buffer, 0, count);
            }

            return OciDigest.FromHash(hash.GetHashAndReset()) == diffId ? null : Mismatch;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return exception.Message.TrimEnd('.');
        }
    }

    private static OciDescriptor? Describe(string path)
    {
        var digest = $"{OciDigest.Algorithm}:{Path.GetFileNameWithoutExtension(path).Split('-')[^1]}";
        return !OciDigest.IsValid(digest)
            ? null
            : new OciDescriptor
            {
                Digest = digest,
                Size = new FileInfo(path).Length,
                MediaType = Path.GetExtension(path) == Plain ? MediaTypes.LayerTar : MediaTypes.LayerTarGzip,
            };
    }

    private static string DigestOf(string path)
    {
        using var file = File.OpenRead(path);
        return OciDigest.FromHash(SHA256.HashData(file));
    }

    private void MakeRoom()
    {
        try
        {
            long total = 0;
            foreach (var file in new DirectoryInfo(folder).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc))
            {
                if ((total += file.Length) > capacity)
                {
                    file.Delete();
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process tidies too.
        }
    }
}

/// <summary>A layer in the cache.</summary>
/// <param name="DiffId">The layer.</param>
/// <param name="Blob">Its content as it is in the file: digest, size and media type.</param>
/// <param name="Path">The file.</param>
internal sealed record CachedLayer(string DiffId, OciDescriptor Blob, string Path);
