using System.Formats.Tar;
using System.Text.Json;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Sparse;

/// <summary>
/// Gives an archive the layers that were left to the engine: for an engine that does not take an image without them. They are
/// streamed from the engine's own images.
/// </summary>
/// <param name="engine">The engine that holds the images.</param>
/// <param name="sources">The images to look in, by name or id, the likeliest first.</param>
internal sealed class HeldLayers(IEngine engine, IReadOnlyList<string> sources)
{
    /// <summary>Copies the layers into an archive.</summary>
    /// <param name="diffIds">The layers wanted.</param>
    /// <param name="archive">The archive, in docker's form.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <returns>The path in the archive of each layer, by diffID.</returns>
    /// <exception cref="PackException"><c>LayerMissing</c>: none of the images has one of the layers.</exception>
    public async Task<IReadOnlyDictionary<string, string>> CopyAsync(
        IReadOnlyCollection<string> diffIds, ImageArchiveWriter archive, CancellationToken cancellationToken)
    {
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        var missing = diffIds.ToHashSet(StringComparer.Ordinal);
        var details = await engine.Images.InspectAsync(sources, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < sources.Count && missing.Count > 0; i++)
        {
            if (details.TryGetValue(sources[i], out var detail) && detail.Config.Rootfs.DiffIds.Any(missing.Contains))
            {
                await CopyFromAsync(detail, $"held/{i}/").ConfigureAwait(false);
            }
        }

        return missing.Count == 0
            ? paths
            : throw new PackException(
                PackErrorIds.LayerMissing, PackErrorKind.NotFound, $"No image of the engine has the layer {missing.First()} of the base of the new image.")
            {
                RecommendedAction = "Pull the run image again and build with -ClearCache.",
            };

        async Task CopyFromAsync(ImageDetail detail, string prefix)
        {
            var layers = await CopyFilesAsync(detail.Id, prefix, archive, cancellationToken).ConfigureAwait(false);
            var own = detail.Config.Rootfs.DiffIds;
            if (layers.Count != own.Count)
            {
                throw LayoutErrors.Invalid($"the engine saved {layers.Count} layers of an image that has {own.Count}");
            }

            foreach (var (diffId, path) in own.Zip(layers).Where(pair => missing.Remove(pair.First)))
            {
                paths[diffId] = path;
            }
        }
    }

    /// <summary>Copies the files of a saved image under a prefix.</summary>
    /// <returns>The paths of its layers, the base first.</returns>
    private async Task<IReadOnlyList<string>> CopyFilesAsync(
        string image, string prefix, ImageArchiveWriter archive, CancellationToken cancellationToken)
    {
        IReadOnlyList<DockerArchiveEntry>? manifest;
        var saved = await engine.Images.SaveAsync([image], cancellationToken).ConfigureAwait(false);
        await using (saved.ConfigureAwait(false))
        {
            try
            {
                manifest = await CopyFilesAsync(saved, prefix, archive, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or JsonException)
            {
                throw LayoutErrors.Invalid($"the engine's archive of {image} is damaged: {exception.Message.TrimEnd('.')}", exception);
            }
        }

        return manifest is [{ Layers: not null } single]
            ? [.. single.Layers.Select(path => prefix + path)]
            : throw LayoutErrors.Invalid($"the engine's archive of {image} has no {DockerArchiveJson.FileName} for one image");
    }

    private static async Task<IReadOnlyList<DockerArchiveEntry>?> CopyFilesAsync(
        Stream saved, string prefix, ImageArchiveWriter archive, CancellationToken cancellationToken)
    {
        IReadOnlyList<DockerArchiveEntry>? manifest = null;
        using var tar = new TarInput(saved);
        while (await tar.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
        {
            if (DockerArchiveJson.IsManifest(entry))
            {
                manifest = await DockerArchiveJson.ReadAsync(entry, cancellationToken).ConfigureAwait(false);
            }
            else if (Copy(entry, prefix) is { } copy)
            {
                await archive.WriteEntryAsync(copy, cancellationToken).ConfigureAwait(false);
            }
        }

        return manifest;
    }

    /// <summary>The entry under the prefix. A layer that two images share may be a link within the archive: it stays one.</summary>
    private static PaxTarEntry? Copy(TarEntry entry, string prefix) => entry.EntryType switch
    {
        TarEntryType.RegularFile or TarEntryType.V7RegularFile => new PaxTarEntry(TarEntryType.RegularFile, prefix + entry.Name)
        {
            DataStream = entry.DataStream is { } data ? new KnownLengthStream(data, entry.Length) : null,
            ModificationTime = TarWriterExtensions.FixedTime,
        },
        TarEntryType.SymbolicLink => new PaxTarEntry(TarEntryType.SymbolicLink, prefix + entry.Name) { LinkName = entry.LinkName },
        TarEntryType.HardLink => new PaxTarEntry(TarEntryType.HardLink, prefix + entry.Name) { LinkName = prefix + entry.LinkName },
        _ => null,
    };
}
