using Buildpacks.Builds.Planning;
using Buildpacks.Reporting;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Exports;

namespace Buildpacks.Builds.Running;

/// <summary>Takes the layout that the creator wrote into the image's registry.</summary>
/// <param name="run">The run.</param>
/// <param name="images">The images in registries of its plan.</param>
internal sealed class PublishTaker(PhaseRun run, PublishImages images)
{
    private readonly BuildPlan _plan = run.Plan;

    /// <summary>Publishes the image.</summary>
    /// <param name="open">Opens the layout as a tar stream.</param>
    /// <param name="cancellationToken">Ends it; the names are then what they were.</param>
    public async Task<WrittenImage> TakeAsync(Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        using var progress = new ByteProgress(run.Sink, ProgressIds.Import, ProgressIds.Build, "Publishing the image");
        var image = await run.Clock.MeasureAsync("publish", PublishAsync).ConfigureAwait(false);
        run.Layouts.Store(_plan, image.Digest!, image.LayoutDigest!);
        return image;

        async Task<WrittenImage> PublishAsync()
        {
            var layout = await open(cancellationToken).ConfigureAwait(false);
            await using (layout.ConfigureAwait(false))
            {
                return await new LayoutPublisher(run.Registry!, progress).PublishAsync(layout, Publication(), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The build made the image that the registry has. It may lack the further names.</summary>
    public async Task<WrittenImage> KeepPreviousAsync(CancellationToken cancellationToken)
    {
        var current = images.Current!;
        await run.Clock.MeasureAsync(
            "publish", () => new LayoutPublisher(run.Registry!, progress: null).KeepPreviousAsync(Publication() with { Previous = current }, cancellationToken)).ConfigureAwait(false);
        return new WrittenImage(current.Id, current.Digest, current.Config, Unchanged: true) { ManifestSize = current.Document.Descriptor.Size };
    }

    private LayoutPublication Publication() => new()
    {
        IsUnnamed = _plan.IsOfIndex,
        Names = [.. _plan.Tags.Prepend(_plan.Image).Distinct()],
        Holders = images.Holders,
        RunImage = images.RunImage,
        Previous = images.Previous,
        RunImageReference = _plan.RunImageReference!,
        RunImageTopLayer = _plan.RunImageTopLayer,
        ReadExtended = _plan.RunImageTopLayer is null ? null : new EngineSource(run.Engine, _plan.RunImage, []).ReadAsync,
        Layers = run.Places.Layers,
    };
}
