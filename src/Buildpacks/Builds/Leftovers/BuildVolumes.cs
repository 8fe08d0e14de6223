using Buildpacks.Engines;

namespace Buildpacks.Builds.Leftovers;

/// <summary>Removes the cache volumes that a build made and did not come to use.</summary>
internal static class BuildVolumes
{
    /// <summary>Engines tell whole seconds, and their clock may be another machine's.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <summary>Removes volumes that are no older than a build. Volumes in use stay.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="names">The volumes the build may have made.</param>
    /// <param name="since">When the build began.</param>
    /// <param name="cancellationToken">Ends the removal.</param>
    public static async Task RemoveNewAsync(
        IContainerEngine engine, IReadOnlyList<string> names, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return;
        }

        var volumes = await engine.ListVolumesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var volume in volumes.Where(volume => names.Contains(volume.Name) && volume.Created >= since - Tolerance))
        {
            try
            {
                await engine.RemoveVolumeAsync(volume.Name, force: false, cancellationToken).ConfigureAwait(false);
            }
            catch (PackException exception) when (exception.Kind is PackErrorKind.NotFound or PackErrorKind.Conflict)
            {
                // Another build has taken it into use, or removed it.
            }
        }
    }
}
