using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.LayerCaching;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Sboms;

/// <summary>The SBOM layer of an app image, as its labels name it.</summary>
internal static class SbomLayer
{
    /// <summary>The diffID of the layer.</summary>
    /// <param name="config">The image's config.</param>
    /// <returns><see langword="null"/> when the image has no such layer.</returns>
    public static string? Of(OciImageConfig config) =>
        AppMetadata.Read(config)?.SbomLayer is { } diffId && config.Rootfs.DiffIds.Contains(diffId) ? diffId : null;

    /// <summary>Gets the layer for a build, which is possible without it, too.</summary>
    /// <param name="get">Gets the layer.</param>
    /// <param name="logger">Gets a warning when the layer cannot be read.</param>
    /// <returns>The layer; <see langword="null"/> when it cannot be read.</returns>
    public static async Task<CachedLayer?> GetOrWarnAsync(Func<Task<CachedLayer>> get, ILogger logger)
    {
        try
        {
            return await get().ConfigureAwait(false);
        }
        catch (PackException failure)
        {
            logger.LogDebug("The SBOM layer of the previous image could not be read: {Reason}", failure.Message);
            logger.LogWarning("The SBOM of the previous image could not be read: the new image's SBOM may lack the entries of layers that were reused.");
            return null;
        }
    }
}

/// <summary>
/// Gets the SBOM layer of an image in an engine: from the cache, else from the engine, which has to save the image for it.
/// </summary>
internal sealed class SbomLayerSource(IEngine engine, LayerCache cache, ILogger logger)
{
    /// <summary>Finds the layer of a previous image, the one layer of which the lifecycle wants more than a description.</summary>
    /// <param name="previous">The previous image.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The layer; <see langword="null"/> when the image has no SBOM layer, or it cannot be read.</returns>
    public async Task<CachedLayer?> FindAsync(ImageDetail previous, CancellationToken cancellationToken) =>
        SbomLayer.Of(previous.Config) is { } diffId
            ? await SbomLayer.GetOrWarnAsync(() => GetAsync(previous, diffId, progress: null, cancellationToken), logger).ConfigureAwait(false)
            : null;

    /// <summary>Gets the layer of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="diffId">The layer.</param>
    /// <param name="progress">Told how much of the image the engine has exported.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="PackException"><c>SbomUnreadable</c>, or the engine's failure.</exception>
    public async Task<CachedLayer> GetAsync(ImageDetail image, string diffId, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (cache.Find(diffId) is { } kept)
        {
            return kept;
        }

        logger.LogDebug("The SBOM layer is not in the cache; reading it from the engine.");
        try
        {
            await new LayerSearch(engine, cache, progress).FetchAsync(image, diffId, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or FormatException or InvalidDataException)
        {
            throw SbomErrors.Unreadable(image.Id, exception.Message.TrimEnd('.'), exception);
        }

        return cache.Find(diffId) ?? throw SbomErrors.Unreadable(
            image.Id, $"the engine did not export it, it is larger than {SbomErrors.MaximumLayer}, or the cache folder is not writable");
    }
}

/// <summary>Gets the SBOM layer of an image in a registry: from the cache, else from the registry. No other layer is downloaded.</summary>
/// <param name="store">The registry.</param>
/// <param name="cache">The cache.</param>
/// <param name="logger">Gets a warning when a build has to do without the layer.</param>
internal sealed class PublishedSbomLayer(IImageStore store, LayerCache cache, ILogger logger)
{
    private const string CacheProblem = "the user's cache folder is not writable";

    /// <summary>Finds the layer of a previous image, the one layer of which the lifecycle wants more than a description.</summary>
    /// <param name="previous">The previous image.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>The layer; <see langword="null"/> when the image has no SBOM layer, or it cannot be read.</returns>
    public async Task<CachedLayer?> FindAsync(StoredImage previous, CancellationToken cancellationToken) =>
        SbomLayer.Of(previous.Config) is { } diffId
            ? await SbomLayer.GetOrWarnAsync(() => GetAsync(previous, diffId, progress: null, cancellationToken), logger).ConfigureAwait(false)
            : null;

    /// <summary>Gets the layer of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="diffId">The layer.</param>
    /// <param name="progress">Told the number of bytes so far.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="PackException"><c>SbomUnreadable</c>, or the registry's failure.</exception>
    public async Task<CachedLayer> GetAsync(StoredImage image, string diffId, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var name = image.Name.ToString();
        var place = image.Config.Rootfs.DiffIds.ToList().IndexOf(diffId);
        if (place < 0 || image.Manifest.Layers.Count != image.Config.Rootfs.DiffIds.Count)
        {
            throw SbomErrors.Unreadable(name, "its manifest and its config do not have the same layers");
        }

        var blob = image.Manifest.Layers[place];
        if (cache.Find(diffId, blob.Digest) is { } kept)
        {
            return kept;
        }

        if (blob.Size > LayerCache.MaximumLayer)
        {
            throw SbomErrors.Unreadable(name, $"it is larger than {SbomErrors.MaximumLayer}");
        }

        if (blob.MediaType is not (MediaTypes.LayerTar or MediaTypes.DockerLayerTar or MediaTypes.LayerTarGzip or MediaTypes.DockerLayerTarGzip))
        {
            throw SbomErrors.Unreadable(name, $"its media type {StoreErrors.Quote(blob.MediaType)} is not supported");
        }

        using var file = cache.Begin() ?? throw SbomErrors.Unreadable(name, CacheProblem);
        try
        {
            await FetchAsync(image.Name, diffId, blob, file, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw SbomErrors.Unreadable(name, exception.Message.TrimEnd('.'), exception);
        }

        return cache.Find(diffId, blob.Digest) ?? throw SbomErrors.Unreadable(name, CacheProblem);
    }

    private async Task FetchAsync(
        ImageReference image, string diffId, OciDescriptor blob, LayerCacheFile file, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var content = await store.OpenBlobAsync(image, blob, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            var counted = new ReadProgressStream(content, progress);
            var buffer = new byte[64 * 1024];
            while (await counted.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
            {
                file.Write(buffer.AsSpan(0, count));
            }
        }

        if (cache.Keep(diffId, blob, file) is { } problem)
        {
            throw new InvalidDataException(problem);
        }
    }
}

/// <summary>Gets the SBOM layer of an image in a layout or an archive: from the cache, else from the files. No other layer is read.</summary>
/// <param name="source">The image; left to the caller.</param>
/// <param name="cache">The cache.</param>
internal sealed class CopiedSbomLayer(IImageSource source, LayerCache cache)
{
    /// <summary>Gets the layer.</summary>
    /// <param name="image">The image, as messages name it.</param>
    /// <param name="diffId">The layer.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PackException"><c>SbomUnreadable</c>, or what is wrong with the files.</exception>
    public async Task<CachedLayer> GetAsync(string image, string diffId, CancellationToken cancellationToken)
    {
        if (cache.Find(diffId) is { } kept)
        {
            return kept;
        }

        using var file = cache.Begin() ?? throw Unreadable("the user's cache folder is not writable");
        string? problem = null;
        await source.ReadAsync(Wants, TakeAsync, cancellationToken).ConfigureAwait(false);
        return cache.Find(diffId) ?? throw Unreadable(problem ?? "its format is not supported, or the user's cache folder is not writable");

        bool Wants(ArchiveLayer layer) => layer.DiffId == diffId && (
            layer.Held ? throw Unreadable($"{source.Place} does not contain it")
            : layer.Blob.Size > LayerCache.MaximumLayer ? throw Unreadable($"it is larger than {SbomErrors.MaximumLayer}")
            : true);

        async Task TakeAsync(ArchiveLayer layer, Stream content, CancellationToken token)
        {
            var buffer = new byte[64 * 1024];
            while (await content.ReadAsync(buffer, token).ConfigureAwait(false) is var count and > 0)
            {
                file.Write(buffer.AsSpan(0, count));
            }

            problem = cache.Keep(diffId, layer.Blob, file);
        }

        PackException Unreadable(string why) => SbomErrors.Unreadable(image, why);
    }
}
