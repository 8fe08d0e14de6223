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
    /// <exception cref="InvalidDataException">The run image is broken or does not say its operating system.</exception>
    public async Task<AnalyzedMetadata> AnalyzeAsync(string previousImage, string runImage, bool skipLayers, CancellationToken cancellationToken)
    {
        var previous = await FindPreviousAsync(previousImage, cancellationToken);
        var label = previous?.Label(LabelNames.Lifecycle);
        var layers = LifecycleLabel.Read(label);
        if (previous is not null && layers is { Sbom: { } sbom } && !skipLayers && platformApi.AtLeast(0, 8))
        {
            await RestoreBillsAsync(previous, sbom, cancellationToken);
        }

        // A run image that is not there fails the export, not the analysis: the reference lifecycle does the same.
        var run = Report(runImage, await store.FindAsync(runImage, cancellationToken));
        return new AnalyzedMetadata
        {
            // Of an image with a label that cannot be read nothing is used again.
            PreviousImageReference = layers is null && !string.IsNullOrEmpty(label) ? "" : previous?.Identifier ?? "",
            Layers = layers ?? new LayersMetadata(),
            RunImage = platformApi.AtLeast(0, 12)
                ? new AnalyzedRunImage(run?.Identifier ?? "") { Image = store.NameOf(runImage), Target = run is null ? TargetReader.Default : TargetReader.Read(run) }
                : new AnalyzedRunImage(run?.Identifier ?? ""),
        };
    }

    private async Task<ExistingImage?> FindPreviousAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return Report(name, await store.FindAsync(name, cancellationToken));
        }
        catch (InvalidDataException e)
        {
            log.Info($"Ignoring image \"{store.NameOf(name)}\" because it was corrupt");
            log.Debug(e.Message);
            return null;
        }
    }

    private ExistingImage? Report(string name, ExistingImage? image)
    {
        if (image is null)
        {
            log.Info($"Image with name \"{store.NameOf(name)}\" not found");
        }
        else
        {
            log.Debug($"Found image with identifier \"{image.Identifier}\"");
        }

        return image;
    }

    private async Task RestoreBillsAsync(ExistingImage previous, string diffId, CancellationToken cancellationToken)
    {
        log.Info("Restoring data for SBOM from previous image");
        try
        {
            await using var content = await store.OpenLayerAsync(previous, diffId, cancellationToken);
            if (content is null)
            {
                // A sparse previous image: the reference lifecycle restores nothing and says nothing.
                log.Debug($"the SBOM layer {diffId} of the previous image '{previous.Name}' has no data {store.Place}");
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
