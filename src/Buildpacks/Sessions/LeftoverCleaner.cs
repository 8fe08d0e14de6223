using Buildpacks.Engines;
using Buildpacks.IO;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Sessions;

/// <summary>Removes what killed builds left behind. Without such builds, the engine is not called.</summary>
internal sealed class LeftoverCleaner(IEngine engine, string engineKey, BuildMarkers markers, ILogger logger)
{
    /// <summary>
    /// An engine finishes a request whose caller was killed: docker may make the container after several builds have looked for it. A marker
    /// of a container that was asked for and never seen is kept this long; each build in that time asks the engine for it.
    /// </summary>
    private static readonly TimeSpan LastCall = TimeSpan.FromHours(1);

    /// <summary>Removes containers of builds whose process is gone, and the volumes they had made. Failing to is a warning.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        // Each call of podman removes such files, too, but a build in docker may make none.
        OwnedPath.RemoveAbandoned(Path.GetTempPath());
        // Volumes that containers share go after the last of these.
        foreach (var marker in markers.Stale(engineKey).OrderBy(marker => marker.Images.Count).ThenBy(marker => marker.Container is null))
        {
            try
            {
                var certain = marker.Container is not { } container || await RemovesAsync(engine.Containers.RemoveAsync(container, force: true, cancellationToken)).ConfigureAwait(false);
                foreach (var image in marker.Images)
                {
                    await RemovesAsync(engine.Images.RemoveAsync(image, force: false, cancellationToken)).ConfigureAwait(false);
                }

                if (marker.Container is null && marker.SharedVolumes.Count > 0)
                {
                    await engine.Volumes.RemoveAllAsync(marker.SharedVolumes, cancellationToken).ConfigureAwait(false);
                }

                await BuildVolumes.RemoveAsync(engine, marker.Volumes, marker.Session, cancellationToken).ConfigureAwait(false);
                if (certain || marker.ContainerMade || markers.AgeOf(marker) > LastCall)
                {
                    markers.Remove(marker);
                    logger.LogDebug("Removed the remains of the build {Session} of {Started}.", marker.Session, marker.Started);
                }
            }
            catch (PackException exception) when (exception.Kind == PackErrorKind.Conflict)
            {
                logger.LogDebug("Another build is removing the remains of the build {Session}: {Reason}", marker.Session, exception.Message);
            }
            catch (Exception exception) when (exception is PackException or IOException or UnauthorizedAccessException)
            {
                logger.LogWarning("The remains of an earlier build ({Left}) could not be removed: {Reason}", marker.Container ?? string.Join(", ", marker.Images.Concat(marker.SharedVolumes)), exception.Message);
            }
        }
    }

    /// <returns>Whether there was something to remove.</returns>
    private static async Task<bool> RemovesAsync(Task removal)
    {
        try
        {
            await removal.ConfigureAwait(false);
            return true;
        }
        catch (PackException exception) when (exception.Kind == PackErrorKind.NotFound)
        {
            // The build was killed before or after it had one.
            return false;
        }
    }
}
