using Buildpacks.Builds.Planning;
using Buildpacks.Engines;
using Buildpacks.Sboms;
using Buildpacks.Stores;
using Buildpacks.Stores.LayerCaching;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Finds the SBOM layer of the previous image, which lifecycles read: of its other layers they read nothing.</summary>
/// <param name="engine">The engine.</param>
/// <param name="layers">The layers that are kept for rebuilds.</param>
/// <param name="registry">The registries, for an image that is published.</param>
/// <param name="logger">Is warned of a layer that cannot be read.</param>
internal sealed class PreviousSbom(IEngine engine, LayerCache layers, IImageStore? registry, ILogger logger)
{
    /// <summary>Finds the layer where the previous image of a build is.</summary>
    /// <returns><see langword="null"/> when there is none, or the lifecycle reads it itself.</returns>
    public async Task<CachedLayer?> FindAsync(BuildPlan plan, BuildRequest request, CancellationToken cancellationToken) => plan switch
    {
        { Published.Previous: { } published } => await new PublishedSbomLayer(registry!, layers, logger).FindAsync(published, cancellationToken).ConfigureAwait(false),
        { Target.Current: { } current } when request.PreviousImage is null => SbomLayer.Of(current.Config) is { } diffId
            ? await SbomLayer.GetOrWarnAsync(() => new CopiedSbomLayer(current, layers).GetAsync(request.ImageName, diffId, cancellationToken), logger).ConfigureAwait(false)
            : null,
        { Route: not ExportRoute.Daemon, Previous: { } previous } => await new SbomLayerSource(engine, layers, logger).FindAsync(previous, cancellationToken).ConfigureAwait(false),
        _ => null,
    };
}
