using Buildpacks.Builds.Planning;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Layouts;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Takes the layout that the creator wrote into the image's registry.</summary>
/// <param name="run">The run.</param>
/// <param name="images">The images in registries that it began with.</param>
internal sealed class PublishTaker(PhaseRun run, PublishImages images)
{
    private readonly BuildPlan _plan = run.Plan;

    /// <summary>Publishes the image.</summary>
    /// <param name="open">Opens the layout as a tar stream.</param>
    /// <param name="cancellationToken">Ends it; the names are then what they were.</param>
    public async Task<BuildOutcome> TakeAsync(Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        using var progress = new ByteProgress(run.Sink, ProgressIds.Import, ProgressIds.Build, "Publishing the image");
        var image = await run.Clock.MeasureAsync("publish", PublishAsync).ConfigureAwait(false);
        run.Layouts.Store(_plan, image.Digest, image.LayoutDigest);
        return new BuildOutcome(image.Id, image.Digest, image.Config, image.Unchanged);

        async Task<PublishedImage> PublishAsync()
        {
            var layout = await open(cancellationToken).ConfigureAwait(false);
            await using (layout.ConfigureAwait(false))
            {
                return await new LayoutPublisher(run.Registry!, progress).PublishAsync(layout, Publication(), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The build made the image that the registry has. It may lack the further names.</summary>
    public async Task<BuildOutcome> KeepPreviousAsync(CancellationToken cancellationToken)
    {
        var previous = images.Previous!;
        await run.Clock.MeasureAsync(
            "publish", () => new LayoutPublisher(run.Registry!, progress: null).KeepPreviousAsync(Publication(), cancellationToken)).ConfigureAwait(false);
        return new BuildOutcome(previous.Id, previous.Digest, previous.Config, Unchanged: true);
    }

    private LayoutPublication Publication() => new()
    {
        Names = [.. _plan.Tags.Prepend(_plan.Image).Distinct()],
        Holders = images.Holders,
        RunImage = images.RunImage,
        Previous = images.Previous,
        RunImageReference = _plan.RunImageReference!,
        Layers = run.Places.Layers,
    };
}

/// <summary>Finds the SBOM layer of a published image, the one layer of which the lifecycle wants more than a description: in the cache, else in the registry.</summary>
/// <param name="store">The registry.</param>
/// <param name="cache">The cache.</param>
/// <param name="logger">Is warned when it cannot be had.</param>
internal sealed class PublishedSbomLayer(IImageStore store, LayerCache cache, ILogger logger)
{
    /// <summary>Finds the layer.</summary>
    /// <returns>The layer; <see langword="null"/> when the image has no SBOM layer, or it cannot be had.</returns>
    public async Task<CachedLayer?> FindAsync(StoredImage previous, CancellationToken cancellationToken)
    {
        var diffIds = previous.Config.Rootfs.DiffIds;
        if (AppMetadata.Read(previous.Config)?.SbomLayer is not { } diffId || Enumerable.Range(0, diffIds.Count).FirstOrDefault(index => diffIds[index] == diffId, -1) is not (>= 0 and var place)
            || place >= previous.Manifest.Layers.Count)
        {
            return null;
        }

        var blob = previous.Manifest.Layers[place];
        if (cache.Find(diffId, blob.Digest) is { } kept)
        {
            return kept;
        }

        if (blob.Size <= LayerCache.MaximumLayer && cache.Begin() is { } file)
        {
            using (file)
            {
                await FetchAsync(previous.Name, diffId, blob, file, cancellationToken).ConfigureAwait(false);
            }
        }

        var found = cache.Find(diffId, blob.Digest);
        if (found is null)
        {
            logger.LogWarning("The SBOM of the previous image could not be read: the new image's SBOM may lack the entries of layers that were reused.");
        }

        return found;
    }

    private async Task FetchAsync(ImageReference image, string diffId, OciDescriptor blob, LayerCacheFile file, CancellationToken cancellationToken)
    {
        try
        {
            var content = await store.OpenBlobAsync(image, blob, cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                var buffer = new byte[64 * 1024];
                while (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
                {
                    file.Write(buffer.AsSpan(0, count));
                }
            }

            cache.Keep(diffId, blob, file);
        }
        catch (Exception exception) when (exception is PackException or IOException)
        {
            logger.LogDebug("The registry did not give the SBOM of the previous image: {Reason}", exception.Message);
        }
    }
}
