using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Labels;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Analyzing;

/// <summary>The analyze phase: what the previous image and the run image are.</summary>
/// <param name="store">Where the images are.</param>
/// <param name="layersDirectory">The layers folder.</param>
/// <param name="platformApi">The platform's API.</param>
/// <param name="log">Where its lines go.</param>
internal sealed class Analyzer(IImageStore store, string layersDirectory, ApiVersion platformApi, ILifecycleLog log)
{
    /// <summary>Analyzes, and unpacks the previous image's bills of materials.</summary>
    /// <param name="previousImage">The previous image's name; an image that does not exist is no failure.</param>
    /// <param name="runImage">The run image's name.</param>
    /// <param name="skipLayers">Whether to leave the bills of materials alone.</param>
    /// <param name="cancellationToken">Ends the analysis.</param>
    /// <exception cref="InvalidDataException">There is no such run image, or it is broken.</exception>
    public async Task<AnalyzedMetadata> AnalyzeAsync(string previousImage, string runImage, bool skipLayers, CancellationToken cancellationToken)
    {
        var run = await store.FindAsync(runImage, cancellationToken)
            ?? throw new InvalidDataException($"the run image '{runImage}' does not exist {store.Place}");
        log.Debug($"Found image with identifier \"{run.Identifier}\"");
        var previous = await FindPreviousAsync(previousImage, cancellationToken);
        var layers = LifecycleLabel.Read(previous?.Label(LabelNames.Lifecycle));
        if (previous is not null && layers is { Sbom: { } sbom } && !skipLayers && platformApi.AtLeast(0, 8))
        {
            await RestoreBillsAsync(previous, sbom, cancellationToken);
        }

        return new AnalyzedMetadata
        {
            // An image that no lifecycle made has nothing to use again.
            PreviousImageReference = layers is null ? "" : previous?.Identifier ?? "",
            Layers = layers ?? new LayersMetadata(),
            RunImage = platformApi.AtLeast(0, 12)
                ? new AnalyzedRunImage(run.Identifier) { Image = runImage, Target = TargetReader.Read(run) }
                : new AnalyzedRunImage(run.Identifier),
        };
    }

    private async Task<ExistingImage?> FindPreviousAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var image = await store.FindAsync(name, cancellationToken);
            if (image is null)
            {
                log.Info($"Image with name \"{name}\" not found");
            }
            else
            {
                log.Debug($"Found image with identifier \"{image.Identifier}\"");
            }

            return image;
        }
        catch (InvalidDataException e)
        {
            log.Info($"Ignoring image \"{name}\" because it was corrupt: {e.Message}");
            return null;
        }
    }

    private async Task RestoreBillsAsync(ExistingImage previous, string diffId, CancellationToken cancellationToken)
    {
        log.Info("Restoring data for SBOM from previous image");
        try
        {
            await using var content = await store.OpenLayerAsync(previous, diffId, cancellationToken);
            if (content is null)
            {
                log.Warn($"the SBOM layer {diffId} of the previous image '{previous.Name}' has no data {store.Place}; SBOM files of layers that are used again will be missing");
                return;
            }

            LayerExtractor.Extract(content, layersDirectory);
        }
        catch (InvalidDataException e)
        {
            log.Warn($"the SBOM layer {diffId} of the previous image '{previous.Name}' cannot be used: {e.Message}");
        }
    }
}
