using Buildpacks.Engines;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Leftovers;

/// <summary>Removes what killed builds left behind. Without such builds, the engine is not called.</summary>
internal sealed class LeftoverCleaner(IContainerEngine engine, string engineKey, BuildMarkers markers, ILogger logger)
{
    /// <summary>Removes containers of builds whose process is gone, and the volumes they had made. Failing to is a warning.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        foreach (var marker in markers.Stale(engineKey).OrderBy(marker => marker.Images.Count))
        {
            try
            {
                if (marker.Container is { } container)
                {
                    await IgnoreMissingAsync(engine.RemoveContainerAsync(container, force: true, cancellationToken)).ConfigureAwait(false);
                }

                foreach (var image in marker.Images)
                {
                    await IgnoreMissingAsync(engine.RemoveImageAsync(image, force: false, cancellationToken)).ConfigureAwait(false);
                }

                await BuildVolumes.RemoveNewAsync(engine, marker.Volumes, marker.Started, cancellationToken).ConfigureAwait(false);
                markers.Remove(marker);
                logger.LogDebug("Removed what the build {Session} of {Started} left behind.", marker.Session, marker.Started);
            }
            catch (PackException exception)
            {
                logger.LogWarning("What an earlier build left behind ({Left}) could not be removed: {Reason}", marker.Container ?? string.Join(", ", marker.Images), exception.Message);
            }
        }
    }

    private static async Task IgnoreMissingAsync(Task removal)
    {
        try
        {
            await removal.ConfigureAwait(false);
        }
        catch (PackException exception) when (exception.Kind == PackErrorKind.NotFound)
        {
            // The build was killed before or after it had one.
        }
    }
}
