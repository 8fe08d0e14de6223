using System.Formats.Tar;
using System.Text.Json;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Sparse;

/// <summary>
/// What containerd's store calls the layers of docker's images: docker does not tell, but an image that it saves does. A layer under
/// another name is not missed when an image is loaded or run, for its files are unpacked already; it is when the image is pushed.
/// </summary>
/// <param name="engine">docker.</param>
/// <param name="images">The images to look in, by name or id, the likeliest first.</param>
/// <param name="logger">Is told when docker does not save an image.</param>
internal sealed class StoredLayers(IEngine engine, IReadOnlyList<string> images, ILogger logger)
{
    private const string BlobFolder = "blobs/";
    private const int MagicLength = 4;

    /// <summary>Finds layers. It takes docker to read all of an image, so it is for what nobody remembers.</summary>
    /// <param name="diffIds">The layers.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The blobs that were found, by diffID.</returns>
    public async Task<IReadOnlyDictionary<string, OciDescriptor>> FindAsync(IReadOnlyCollection<string> diffIds, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, OciDescriptor>(StringComparer.Ordinal);
        var details = await engine.Images.InspectAsync(images, cancellationToken).ConfigureAwait(false);
        foreach (var detail in images.Select(details.GetValueOrDefault).OfType<ImageDetail>())
        {
            if (!detail.Config.Rootfs.DiffIds.Any(diffId => diffIds.Contains(diffId) && !found.ContainsKey(diffId)))
            {
                continue;
            }

            try
            {
                foreach (var (diffId, blob) in detail.Config.Rootfs.DiffIds.Zip(await ReadAsync(detail.Id, cancellationToken).ConfigureAwait(false)))
                {
                    if (blob is not null)
                    {
                        found.TryAdd(diffId, blob);
                    }
                }
            }
            catch (Exception exception) when (exception is PackException or InvalidDataException or EndOfStreamException or JsonException)
            {
                logger.LogDebug("{Image} cannot be saved, so the digests of its layers are not corrected and may be wrong: {Reason}", detail.Id, exception.Message);
            }
        }

        return found;
    }

    /// <summary>The layers of an image, the base first; <see langword="null"/> for one that the store has under no name, or another.</summary>
    private async Task<IReadOnlyList<OciDescriptor?>> ReadAsync(string image, CancellationToken cancellationToken)
    {
        IReadOnlyList<DockerArchiveEntry>? manifest = null;
        var blobs = new Dictionary<string, OciDescriptor>(StringComparer.Ordinal);
        var saved = await engine.Images.SaveAsync([image], cancellationToken).ConfigureAwait(false);
        await using (saved.ConfigureAwait(false))
        {
            using var tar = new TarInput(saved);
            while (await tar.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
            {
                if (DockerArchiveJson.IsManifest(entry))
                {
                    manifest = await DockerArchiveJson.ReadAsync(entry, cancellationToken).ConfigureAwait(false);
                }
                else if (entry.Name.StartsWith(BlobFolder, StringComparison.Ordinal) && entry.DataStream is { } blob)
                {
                    blobs[entry.Name] = await DescribeAsync(entry, blob, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return manifest is [{ Layers: not null } single] ? [.. single.Layers.Select(blobs.GetValueOrDefault)] : [];
    }

    private static async Task<OciDescriptor> DescribeAsync(TarEntry entry, Stream blob, CancellationToken cancellationToken)
    {
        var magic = new byte[MagicLength];
        var length = await blob.ReadAtLeastAsync(magic, MagicLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return new OciDescriptor
        {
            Digest = $"{OciDigest.Algorithm}:{Path.GetFileName(entry.Name)}",
            Size = entry.Length,
            MediaType = magic.AsSpan(0, length) switch
            {
                [0x1f, 0x8b, ..] => MediaTypes.LayerTarGzip,
                [0x28, 0xb5, 0x2f, 0xfd] => MediaTypes.LayerTarZstd,
                _ => MediaTypes.LayerTar,
            },
        };
    }
}
