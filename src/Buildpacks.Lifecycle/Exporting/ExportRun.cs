using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Images;
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
    public async Task RunAsync(
        ExportInputs inputs, IReadOnlyList<GroupElement> buildpacks, AnalyzedMetadata analyzed, CancellationToken cancellationToken)
    {
        var (report, diffIds) = await new Exporter(store, inputs, context.Log).ExportAsync(buildpacks, analyzed, cancellationToken);
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
}
