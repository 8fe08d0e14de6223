using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Images.Daemon;
using Buildpacks.Lifecycle.Images.Layouts;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle.Exporting;

/// <summary>Exports the image, reports it, and keeps the cache: what exporter and creator both do at their end.</summary>
/// <param name="store">Where the images are.</param>
/// <param name="cache">The cache; <see langword="null"/> when the platform gave none.</param>
/// <param name="context">What is around the phase.</param>
internal sealed class ExportRun(IImageStore store, VolumeCache? cache, PhaseContext context)
{
    /// <summary>Exports. A cache that cannot be written is a warning: the image is there.</summary>
    /// <param name="inputs">What the export works with.</param>
    /// <param name="buildpacks">The buildpacks of this build.</param>
    /// <param name="analyzed">What the analyze phase found.</param>
    /// <param name="cancellationToken">Ends the export.</param>
    /// <exception cref="LifecycleException">The export failed; before the first layer with exit code 1.</exception>
    public async Task RunAsync(
        ExportInputs inputs, IReadOnlyList<GroupElement> buildpacks, AnalyzedMetadata analyzed, CancellationToken cancellationToken)
    {
        var runImage = await FindRunImageAsync(analyzed, cancellationToken);
        var previous = await FindPreviousAsync(analyzed, cancellationToken);
        if (store.NameOf(inputs.Names[0]) is var shown && shown != inputs.Names[0])
        {
            context.Log.Info($"Using app image: {shown}");
        }

        var (report, diffIds) = await new Exporter(store, inputs, context.Log)
            .ExportAsync(buildpacks, runImage, previous, analyzed.Layers, cancellationToken);
        report.Write(inputs.ReportPath);
        if (cache is null)
        {
            return;
        }

        try
        {
            new CacheExport(cache, inputs.LayersDirectory, inputs.Owner, context.Log)
                .Export(buildpacks, diffIds, withBills: context.PlatformApi.AtLeast(0, 8));
        }
        catch (Exception e) when (LifecycleException.IsExpected(e))
        {
            context.Log.Warn($"Failed to export cache: {e.Message}");
        }
    }

    private async Task<ExistingImage> FindRunImageAsync(AnalyzedMetadata analyzed, CancellationToken cancellationToken)
    {
        var reference = analyzed.RunImage?.Reference ?? "";
        if (reference.Length == 0)
        {
            throw store is LayoutImageStore
                ? new LifecycleException(
                    ExitCodes.Failed, "failed to parsing run image reference: identifier  does not have the format '[path]@[digest]'")
                : new InvalidDataException("get run image top layer SHA: image has no layers");
        }

        var image = await store.FindAsync(reference, cancellationToken)
            ?? throw new InvalidDataException($"the run image '{reference}' does not exist {store.Place}");
        return image with { Name = analyzed.RunImage?.Image ?? image.Name };
    }

    private async Task<ExistingImage?> FindPreviousAsync(AnalyzedMetadata analyzed, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(analyzed.PreviousImageReference))
        {
            return null;
        }

        if (store is DaemonImageStore)
        {
            context.Log.Debug($"Reusing layers from image with id '{analyzed.PreviousImageReference}'");
        }
        else
        {
            context.Log.Info($"Reusing layers from image '{store.NameOf(analyzed.PreviousImageReference)}'");
        }

        return await store.FindAsync(analyzed.PreviousImageReference, cancellationToken)
            ?? throw new InvalidDataException($"the previous image '{analyzed.PreviousImageReference}' does not exist any more {store.Place}");
    }
}
