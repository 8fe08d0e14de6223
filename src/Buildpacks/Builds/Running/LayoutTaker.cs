using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Planning;
using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores;
using Buildpacks.Stores.Copies;
using Buildpacks.Stores.Exports;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Loopback;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Takes the layout that the creator wrote into the engine's store, or into the image's registry.</summary>
internal sealed class LayoutTaker(PhaseRun run)
{
    private readonly BuildPlan _plan = run.Plan;

    /// <summary>The layout's folder in the container.</summary>
    public string LayoutPath { get; } = $"{ContainerPaths.Layouts}/{Oci.LayoutPath.For(run.Plan.LayoutName)}";

    /// <summary>Takes the image.</summary>
    /// <param name="open">Opens the layout as a tar stream; called again for a second attempt.</param>
    /// <param name="cancellationToken">Ends it; the engine then has nothing of the image, or the registry nothing under its names.</param>
    public async Task<WrittenImage> TakeAsync(Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        if (_plan.Published is { } published)
        {
            return await new PublishTaker(run, published).TakeAsync(open, cancellationToken).ConfigureAwait(false);
        }

        if (_plan.Target is { } target)
        {
            return await WriteAsync(target, open, cancellationToken).ConfigureAwait(false);
        }

        using var progress = new ByteProgress(run.Sink, ProgressIds.Import, ProgressIds.Build, "Importing the image");
        var import = new LayoutImport
        {
            Open = open,
            Names = [.. _plan.Names.Select(name => name.ToString())],
            Holders = _plan.Holders,
            HeldIn = [_plan.RunImage, .. Others()],
            Layers = run.Places.Layers,
            HeldBlobs = HeldBlobs(),
            RunImageReference = _plan.RunImageReference,
            RunImageTopLayer = _plan.RunImageTopLayer,
            Progress = progress,
        };
        var image = await run.Clock.MeasureAsync(
            "import", () => new LayoutImporter(run.Engine, run.Logger).ImportAsync(import, cancellationToken)).ConfigureAwait(false);
        run.Layouts.Store(_plan, image.Id, image.LayoutDigest!);

        // Only an image that the engine knows by its manifest is asked for by it again.
        if (image.Id == image.Digest)
        {
            run.Places.Manifests.Store(image.Archive!);
        }

        return image.Unchanged ? await KeepPreviousAsync(cancellationToken).ConfigureAwait(false) : image;
    }

    /// <summary>Takes the image out of the registry of the build, to which the lifecycle pushed it.</summary>
    /// <param name="registry">That registry.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<WrittenImage> TakeAsync(LoopbackRegistry registry, CancellationToken cancellationToken) => registry.Export is null
        ? throw LayoutErrors.Missing(run.ImageName)
        : TakeAsync(_ => Task.FromResult(registry.OpenLayout()), cancellationToken);

    /// <summary>Writes the image to a layout folder or an archive.</summary>
    private async Task<WrittenImage> WriteAsync(FileTarget target, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        using var progress = new ByteProgress(run.Sink, ProgressIds.Import, ProgressIds.Build, "Writing the image");
        var image = new BuiltFileImage
        {
            Names = _plan.Names,
            Engine = run.Engine,
            Holders = [.. new[] { _plan.Previous, _plan.RunImage }.OfType<ImageDetail>().Where(held => held.Id != target.Current?.Id).DistinctBy(held => held.Id)],
            RunImageReference = _plan.RunImageReference,
            RunImageTopLayer = _plan.RunImageTopLayer,
            Progress = progress,
        };
        var written = await run.Clock.MeasureAsync(
            "write", async () => await target.TakeAsync(await open(cancellationToken).ConfigureAwait(false), image, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        LayerKeeper.KeepSbom(run.Places.Layers, written.Content);
        return new WrittenImage(written.Id, written.Digest, written.Content.Config, written.Unchanged) { LayoutDigest = written.Content.Digest };
    }

    /// <summary>The build made the image that the engine or the registry has. It was not loaded again, so it may lack the further names.</summary>
    public async Task<WrittenImage> KeepPreviousAsync(CancellationToken cancellationToken)
    {
        if (_plan.Published is { } published)
        {
            return await new PublishTaker(run, published).KeepPreviousAsync(cancellationToken).ConfigureAwait(false);
        }

        var current = _plan.Current!;
        var present = current.Tags.SelectMany(ImageSpellings.Of).ToHashSet(StringComparer.Ordinal);
        foreach (var name in _plan.Names.Skip(1).Select(name => name.ToString()).Where(name => !present.Contains(name)))
        {
            await run.Engine.Images.TagAsync(_plan.Image.ToString(), name, cancellationToken).ConfigureAwait(false);
        }

        return new WrittenImage(current.Id, current.Digest, current.Config, Unchanged: true);
    }

    /// <summary>The failure of a build whose lifecycle ended well and wrote no image.</summary>
    /// <param name="failure">What the engine said. It names paths of the container, so only the log of -Debug has it.</param>
    /// <param name="cause">The cause, when the layout can be read again.</param>
    public PackException Missing(PackException failure, Exception? cause = null)
    {
        run.Logger.LogDebug("The layout of the image could not be read from the container: {Reason}", failure.Message);
        return LayoutErrors.Missing(run.ImageName, cause);
    }

    /// <summary>The images beside the run image that have layers of the new one.</summary>
    private IEnumerable<ImageDetail> Others() => new[] { _plan.Previous, _plan.Current }.OfType<ImageDetail>().DistinctBy(image => image.Id);

    private Dictionary<string, OciDescriptor> HeldBlobs() =>
        Others().Prepend(_plan.RunImage).SelectMany(run.Places.Manifests.LayersOf).DistinctBy(layer => layer.Key).ToDictionary(StringComparer.Ordinal);
}
