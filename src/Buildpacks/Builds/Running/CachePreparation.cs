using Buildpacks.Builds.Planning;
using Buildpacks.Caches;
using Buildpacks.Caches.Images;
using Buildpacks.Engines;
using Buildpacks.Stores;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Prepares the caches of a build before its containers: makes folders, clears volumes, opens the cache image, and records their use.</summary>
/// <param name="engine">The engine.</param>
/// <param name="engineKey">The engine as records name it.</param>
/// <param name="places">What is kept between builds.</param>
/// <param name="logger">Is warned of an image that is no cache.</param>
internal sealed class CachePreparation(IEngine engine, string engineKey, BuildPlaces places, ILogger logger)
{
    /// <summary>Opens the cache image of a build.</summary>
    /// <param name="plan">The build.</param>
    /// <param name="registry">The registries of an image that is published.</param>
    /// <returns><see langword="null"/> for a build without one.</returns>
    public CacheImageCopy? OpenImage(BuildPlan plan, IImageStore? registry)
    {
        if (plan.Caches.Image is not { } name)
        {
            return null;
        }

        var image = plan is { ClearCache: false, Published.Cache: { } stored } ? CacheImage.Of(stored) : null;
        if (image is null && plan is { ClearCache: false, Published.Cache: not null })
        {
            logger.LogWarning("The image {Image} is not a cache image: the build begins with an empty cache, and replaces it.", name.ToFamiliarString());
        }

        return new CacheImageCopy(registry!, name, image, places.CacheImages, $"{engineKey} {plan.Caches.Build.Source}", logger);
    }

    /// <summary>Prepares the places of the caches, and records that the build uses them.</summary>
    /// <param name="plan">The build.</param>
    /// <param name="mustBeEmpty">Whether the volume of the build cache has what the cache image does not.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task PrepareAsync(BuildPlan plan, bool mustBeEmpty, CancellationToken cancellationToken)
    {
        if (plan is { Route: ExportRoute.Daemon, Caches.Launch.Kind: ContainerMountKind.Bind })
        {
            MakeFolder(plan.Caches.Launch.Source);
        }

        if (plan.Caches.Build.Kind == ContainerMountKind.Bind)
        {
            MakeFolder(plan.Caches.Build.Source);
        }
        else if (plan.ClearCache || mustBeEmpty)
        {
            await ClearAsync(plan.Caches.Build.Source, cancellationToken).ConfigureAwait(false);
        }

        places.CacheUses.Store(UseOf(plan));
    }

    private CacheUse UseOf(BuildPlan plan)
    {
        var (build, launch) = (plan.Caches.Build, plan.Route == ExportRoute.Daemon ? plan.Caches.Launch : null);
        return new CacheUse
        {
            Engine = engineKey,
            Image = plan.Image.ToString(),
            Target = plan.Target is not null ? CacheUseTarget.File : plan.Published is null ? CacheUseTarget.Engine : CacheUseTarget.Registry,
            TargetPath = plan.Target?.Place.Path,
            BuildVolume = build.Kind == ContainerMountKind.Volume ? build.Source : null,
            BuildFolder = build.Kind == ContainerMountKind.Bind ? build.Source : null,
            LaunchVolume = launch?.Kind == ContainerMountKind.Volume ? launch.Source : null,
            LaunchFolder = launch?.Kind == ContainerMountKind.Bind ? launch.Source : null,
            IsImageCopy = plan.Caches.Image is not null,
            LastUsed = DateTimeOffset.UtcNow,
        };
    }

    /// <summary>
    /// Makes the folder of a cache, which some engines do not do. The engine may be on another machine: whether it has the folder is for it to say.
    /// </summary>
    private void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogDebug("The folder {Folder} of the cache could not be created: {Reason}", folder, exception.Message);
        }
    }

    private async Task ClearAsync(string volume, CancellationToken cancellationToken)
    {
        try
        {
            await engine.Volumes.RemoveAsync(volume, force: true, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException exception) when (exception.Kind == PackErrorKind.NotFound)
        {
            // Nothing was cached yet.
        }
    }
}
