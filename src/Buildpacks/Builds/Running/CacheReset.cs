using Buildpacks.Builds.Planning;
using Buildpacks.Caches;
using Buildpacks.Engines;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Empties the caches of a build that are damaged.</summary>
/// <param name="run">The build.</param>
internal sealed class CacheReset(PhaseRun run)
{
    /// <summary>Empties the caches, for a build that runs once more.</summary>
    /// <returns>The plan, which has other caches in the place of those that cannot be emptied; <see langword="null"/> when there are none.</returns>
    public async Task<BuildPlan?> ForRetryAsync(CancellationToken cancellationToken)
    {
        var plan = run.Plan;
        var own = CacheNames.For(plan.Image, run.Places.Keys);
        foreach (var (cache, spare) in new[] { (plan.Caches.Build, own.Build), (plan.Caches.Launch, own.Launch) }.Where(cache => IsUsed(cache.Item1)))
        {
            if (await TryEmptyAsync(cache, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            if (cache == CachePlace.Volume(spare))
            {
                return null;
            }

            run.Logger.LogWarning("The cache {Cache} cannot be emptied, for example because its files belong to another user. This build uses the volume {Volume} instead.", cache.Source, spare);
            plan = With(plan, cache, CachePlace.Volume(spare));
        }

        return plan;
    }

    /// <summary>Empties the build cache after a build, so that the next one finds no damage.</summary>
    public Task<bool> AfterBuildAsync(CancellationToken cancellationToken) => TryEmptyAsync(run.Plan.Caches.Build, cancellationToken);

    private static BuildPlan With(BuildPlan plan, CachePlace cache, CachePlace other) => plan with
    {
        Caches = plan.Caches with { Build = plan.Caches.Build == cache ? other : plan.Caches.Build, Launch = plan.Caches.Launch == cache ? other : plan.Caches.Launch },
        Phases =
        [
            .. plan.Phases.Select(phase => phase with
            {
                Mounts = [.. phase.Mounts.Select(mount => mount.Kind == cache.Kind && mount.Source == cache.Source ? other.MountAt(mount.Target) with { IsGiven = mount.IsGiven } : mount)],
            }),
        ],
    };

    private bool IsUsed(CachePlace cache) => run.Plan.Phases.SelectMany(phase => phase.Mounts).Any(mount => mount.Kind == cache.Kind && mount.Source == cache.Source);

    private async Task<bool> TryEmptyAsync(CachePlace cache, CancellationToken cancellationToken)
    {
        try
        {
            if (cache.Kind == ContainerMountKind.Volume)
            {
                await run.Engine.Volumes.RemoveAsync(cache.Source, force: true, cancellationToken).ConfigureAwait(false);
                return true;
            }

            CacheRemover.RemoveFolder(cache.Source);
            Directory.CreateDirectory(cache.Source);
            return true;
        }
        catch (Exception exception) when (exception is PackException or IOException or UnauthorizedAccessException)
        {
            run.Logger.LogDebug("The cache {Cache} could not be emptied: {Reason}", cache.Source, exception.Message);
            return false;
        }
    }
}
