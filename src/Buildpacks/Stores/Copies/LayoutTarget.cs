using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layouts;

namespace Buildpacks.Stores.Copies;

/// <summary>An OCI layout in a folder that an image is copied to. A layout that is there keeps its images, and blobs it has are not written again.</summary>
/// <param name="folder">The folder; it need not exist.</param>
internal sealed class LayoutTarget(string folder) : IImageTarget
{
    /// <inheritdoc/>
    public string Place => folder;

    /// <inheritdoc/>
    public async Task<CopiedImage> TakeAsync(
        IImageSource source, IReadOnlyList<ImageReference> names, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var exists = CheckFolder();
        using var layout = new LayoutFolder(exists ? folder : FileWriting.Neighbour(folder), progress);
        try
        {
            await layout.BeginAsync(cancellationToken).ConfigureAwait(false);
            var landing = await WriteAsync(source, names, layout, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!exists)
            {
                layout.Dispose();
                await MoveIntoPlaceAsync(layout.Path, cancellationToken).ConfigureAwait(false);
            }

            return landing;
        }
        catch
        {
            layout.TakeBack(all: !exists);
            throw;
        }
    }

    /// <summary>Refuses a folder that cannot become a layout.</summary>
    /// <exception cref="PackException"><c>DestinationExists</c>.</exception>
    public void Check() => CheckFolder();

    /// <summary>Has a folder filled, the layout's own or, when it is not there yet, a draft that becomes it.</summary>
    /// <param name="write">Fills the folder.</param>
    /// <param name="cancellationToken">Ends the waiting for another process that writes into the layout.</param>
    public async Task<T> WriteAsync<T>(Func<string, Task<T>> write, CancellationToken cancellationToken)
    {
        if (CheckFolder())
        {
            return await write(folder).ConfigureAwait(false);
        }

        var draft = FileWriting.Neighbour(folder);
        try
        {
            var result = await write(draft).ConfigureAwait(false);
            await MoveIntoPlaceAsync(draft, cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch
        {
            FileWriting.TryDeleteFolder(draft);
            throw;
        }
    }

    private static async Task<CopiedImage> WriteAsync(
        IImageSource source, IReadOnlyList<ImageReference> names, LayoutFolder layout, CancellationToken cancellationToken)
    {
        var layers = new Dictionary<string, ArchiveLayer>(StringComparer.Ordinal);
        var moved = 0;
        var config = await source.ReadAsync(
            layer =>
            {
                layers[layer.DiffId] = layer;
                return !layout.Has(layer.Blob);
            },
            async (layer, content, token) =>
            {
                await layout.WriteAsync(layer.Blob, content, token).ConfigureAwait(false);
                moved++;
            },
            cancellationToken).ConfigureAwait(false);
        var image = new ArchiveImage(config, [.. source.Config.Rootfs.DiffIds.Select(diffId => layers[diffId])], [.. names.Select(name => name.ToString())]);
        await layout.WriteAsync(image.ConfigDigest, image.Config, cancellationToken).ConfigureAwait(false);
        await layout.WriteAsync(image.ManifestDigest, image.Manifest, cancellationToken).ConfigureAwait(false);
        await layout.AddToIndexAsync(image, cancellationToken).ConfigureAwait(false);
        return new CopiedImage(image.ConfigDigest, moved, image.Layers.Count - moved, layout.Written) { ManifestDigest = image.ManifestDigest };
    }

    /// <summary>Whether there is a layout.</summary>
    /// <exception cref="PackException"><c>DestinationExists</c>: there is something else.</exception>
    private bool CheckFolder()
    {
        if (HasEntries())
        {
            return File.Exists(Path.Combine(folder, LayoutPath.IndexFile)) ? true : throw Occupied("does not contain an OCI layout");
        }

        return File.Exists(folder) ? throw Occupied("is a file") : false;

        bool HasEntries()
        {
            try
            {
                return Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw FileErrors.Unusable(folder, "read", exception);
            }
        }

        PackException Occupied(string what) => new(PackErrorIds.DestinationExists, PackErrorKind.Conflict, $"'{folder}' exists already and {what}.")
        {
            Target = folder,
            RecommendedAction = "Name a folder that does not exist, an empty one, or one with an OCI layout.",
        };
    }

    /// <summary>Makes a draft the layout. If another process created the layout meanwhile, it gets the draft's images.</summary>
    private async Task MoveIntoPlaceAsync(string draft, CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder);
            }

            Directory.Move(draft, folder);
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, LayoutPath.IndexFile)))
        {
            using var layout = new LayoutFolder(folder, new NoProgress());
            try
            {
                await layout.TakeAllAsync(draft, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                layout.TakeBack(all: false);
                throw;
            }

            FileWriting.TryDeleteFolder(draft);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(folder, "written", exception);
        }
    }

    private sealed class NoProgress : IProgress<long>
    {
        public void Report(long value)
        {
        }
    }
}
