using Buildpacks.Engines;
using Buildpacks.Stores.Archives;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Sparse;

/// <summary>
/// Takes back an image that is not to stay. The engine may have been told to stop when it had all of the image: then it may have finished
/// all the same, at once or a moment later.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="logger">Is told what is done.</param>
internal sealed class LoadUndo(IEngine engine, ILogger logger)
{
    private const int Attempts = 2;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Takes the image's names from it, gives each back to the image that had it, and removes what then has no name. Never throws.</summary>
    /// <param name="image">The image.</param>
    /// <param name="holders">The ids of the images that had its names.</param>
    /// <returns>Whether it is certain that the image is not there.</returns>
    public async Task<bool> RunAsync(ArchiveImage image, IReadOnlyDictionary<string, string> holders)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            for (var attempt = 1; !await TryUndoAsync(image, holders, limit.Token).ConfigureAwait(false) && attempt < Attempts; attempt++)
            {
                await Task.Delay(Pause, limit.Token).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception exception) when (exception is PackException or OperationCanceledException)
        {
            logger.LogWarning("{Name} could not be removed: {Reason}", image.Names[0], exception.Message);
            return false;
        }
    }

    private async Task<bool> TryUndoAsync(ArchiveImage image, IReadOnlyDictionary<string, string> holders, CancellationToken cancellationToken)
    {
        var found = await engine.Images.InspectAsync([.. image.Names], cancellationToken).ConfigureAwait(false);
        var loaded = found.Where(named => IsImage(named.Value) && named.Value.Id != holders.GetValueOrDefault(named.Key)).ToList();
        foreach (var (name, detail) in loaded)
        {
            if (holders.TryGetValue(name, out var holder))
            {
                await engine.Images.TagAsync(holder, name, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await RemoveAsync(name, cancellationToken).ConfigureAwait(false);
            }

            logger.LogDebug("Reverted {Name}.", name);
        }

        // What had one of its names before, or has another name beside, was there already.
        if (loaded.Count > 0 && loaded[0].Value is var made && !holders.Values.Contains(made.Id)
            && made.Tags.All(tag => ImageSpellings.Of(tag).Any(loaded.Select(named => named.Key).Contains)))
        {
            await RemoveAsync(made.Id, cancellationToken).ConfigureAwait(false);
        }

        return loaded.Count > 0;

        // An image that the engine knows by its manifest may have got another one: the loader names held layers as the store does.
        bool IsImage(ImageDetail detail) =>
            detail.Id == image.ConfigDigest || detail.Id == image.ManifestDigest
            || (detail.IsKnownByManifest && detail.Config.Rootfs.DiffIds.SequenceEqual(image.Layers.Select(layer => layer.DiffId), StringComparer.Ordinal));
    }

    private async Task RemoveAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            await engine.Images.RemoveAsync(image, force: false, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException exception) when (exception.Kind is PackErrorKind.NotFound or PackErrorKind.Conflict)
        {
            // Another name, or a container, keeps it.
        }
    }
}
