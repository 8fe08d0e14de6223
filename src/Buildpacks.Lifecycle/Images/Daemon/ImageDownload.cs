using System.Formats.Tar;
using Buildpacks.Lifecycle.Layers.Hashing;

namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>Takes layers out of a daemon. It has no request for one layer, so the image is read and all others are let go.</summary>
internal static class ImageDownload
{
    /// <summary>Fetches layers of an image.</summary>
    /// <param name="client">The way to the daemon.</param>
    /// <param name="image">The image.</param>
    /// <param name="wanted">The diffIDs.</param>
    /// <param name="folder">Where the layers' files go.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <returns>The files of those that were found, by diffID.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> LayersAsync(
        DaemonClient client, ExistingImage image, IReadOnlySet<string> wanted, string folder, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        await client.SaveAsync(image.Identifier, archive => ReadAsync(archive, wanted, folder, found, cancellationToken), cancellationToken);
        return found;
    }

    private static async Task ReadAsync(
        Stream archive, IReadOnlySet<string> wanted, string folder, Dictionary<string, string> found, CancellationToken cancellationToken)
    {
        await using var reader = new TarReader(archive, leaveOpen: true);
        while (await reader.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
        {
            // Which entry is which layer stands in a file that comes last; a layer's hash says it at once.
            if (entry is not { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, DataStream: { } content })
            {
                continue;
            }

            var path = Path.Combine(folder, $"download-{found.Count}");
            await using (var file = new FileStream(path, FileMode.Create, FileAccess.Write))
            {
                await content.CopyToAsync(file, cancellationToken);
            }

            var diffId = DiffIdOf(path);
            if (diffId is not null && wanted.Contains(diffId))
            {
                found.TryAdd(diffId, path);
            }
        }
    }

    private static string? DiffIdOf(string path)
    {
        try
        {
            using var content = new HashingStream(LayerStream.Open(path));
            content.ReadToEnd();
            return content.Digest();
        }
        catch (InvalidDataException)
        {
            // A compression that is not read here; when it is a wanted layer, who asked for it finds it missing.
            return null;
        }
    }
}
