using Buildpacks.Builds.Phases;
using Buildpacks.Caches.Images;
using Buildpacks.IO;
using Buildpacks.Stores;
using Buildpacks.Stores.Exports;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>
/// Runs phases step by step: their containers are made, filled, run, the layout copied out of the last one, and each removed. Any engine can.
/// </summary>
internal sealed class StepwisePhases(PhaseRun run)
{
    /// <summary>Whether each phase gets a container of its own, for a builder without a shell.</summary>
    public bool RunsApart { get; init; }

    /// <summary>Runs them.</summary>
    /// <exception cref="ShellMissingException">The builder has no shell, and phases were to run in one container.</exception>
    public async Task<WrittenImage> RunAsync(CancellationToken cancellationToken)
    {
        var output = run.NewOutput();
        WrittenImage? outcome = null;
        try
        {
            return outcome = await new PhaseSequence(run, output) { RunsApart = RunsApart }
                .RunAsync((container, token) => RunAsync(container, output, token), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            output.Complete();
            run.Clock.ContainerEnds();
            output.ShowExported(outcome is null ? null : LayoutNames.ShortId(run.Plan, outcome.Id, outcome.Digest));
        }
    }

    /// <summary>Runs the phases of one container, which exists still when they have ended.</summary>
    /// <returns>The image, which comes out of the last container.</returns>
    public async Task<WrittenImage?> RunAsync(PhaseContainer phases, LifecycleOutput output, CancellationToken cancellationToken)
    {
        var container = phases.Container;
        await run.Clock.MeasureAsync("create", () => container.CreateAsync(phases.Phase, cancellationToken)).ConfigureAwait(false);
        phases.Begin();

        // Where a volume gets its owner and mode when its first container starts, what is copied into it before may lose them.
        if (!phases.IsFirst && !run.Engine.Capabilities.CopiesIntoMounts)
        {
            await phases.Turns[0].ReadyAsync(cancellationToken).ConfigureAwait(false);
        }

        await CopyInputAsync(phases, cancellationToken).ConfigureAwait(false);
        await RunLifecycleAsync(phases, output, cancellationToken).ConfigureAwait(false);
        if (!phases.IsLast)
        {
            return null;
        }

        var outcome = await TakeImageAsync(container, output.ExportedDigest, cancellationToken).ConfigureAwait(false);
        await TakeMoreAsync(container, cancellationToken).ConfigureAwait(false);
        return outcome;
    }

    private async Task CopyInputAsync(PhaseContainer container, CancellationToken cancellationToken)
    {
        var phase = container.Phase;
        var ownsCache = phase.Input.HasFlag(PhaseInput.Cache) && !phase.IsRoot && run.Engine.Capabilities is { GivesMounts: false, CopiesIntoMounts: true };
        var parts = ownsCache ? phase.Input : phase.Input & ~PhaseInput.Cache;
        var form = new InputForm(parts) { Replaces = parts.HasFlag(PhaseInput.Platform) && run.Plan.SentModules.Any(added => added.IsInBuilder), OwnsCache = ownsCache };
        if (parts != PhaseInput.None)
        {
            await run.Clock.MeasureAsync("upload", () => CopyAsync(form)).ConfigureAwait(false);
        }

        if (phase.Input.HasFlag(PhaseInput.Cache) && run.MustWriteCache(container.Container))
        {
            await run.Clock.MeasureAsync("cache", () => FillCacheAsync(container.Container, cancellationToken)).ConfigureAwait(false);
        }

        async Task CopyAsync(InputForm whole)
        {
            if (phase.SharedFolders.Count == 0 || run.Engine.Capabilities.CopiesIntoMounts)
            {
                await CopyToAsync(whole).ConfigureAwait(false);
                return;
            }

            foreach (var (part, folder) in new[] { (PhaseInput.Layers, ContainerPaths.Layers), (PhaseInput.App, run.Plan.Workspace), (PhaseInput.Platform, "/") }.Where(place => whole.Has(place.Item1)))
            {
                await CopyToAsync(whole with { Parts = part, Folder = folder }).ConfigureAwait(false);
            }
        }

        Task CopyToAsync(InputForm some) => run.Engine.Containers.CopyToAsync(
            container.Container.Name, some.Folder, (destination, token) => run.WriteInputAsync(destination, some, cacheOf: null, last: null, token), overwrite: some.Replaces, cancellationToken);
    }

    /// <summary>Fills the volume of the cache image. A copy to the container's root may not reach its volumes.</summary>
    private Task FillCacheAsync(BuildContainer container, CancellationToken cancellationToken) => run.Engine.Containers.CopyToAsync(
        container.Name, ContainerPaths.Cache,
        (stream, token) => BufferedTar.WriteAsync(stream, (tar, end) => run.WriteCacheAsync(container, tar, root: "", end), token), cancellationToken);

    /// <summary>Takes what is wanted of the container beside the image.</summary>
    private async Task TakeMoreAsync(BuildContainer container, CancellationToken cancellationToken)
    {
        foreach (var path in run.Files?.Paths ?? [])
        {
            await TakeAsync(path).ConfigureAwait(false);
        }

        if (run.CacheImage is not { } cache)
        {
            return;
        }

        try
        {
            await TakeAsync($"{PhaseRun.CacheFolder}/{CacheMetadata.Name}").ConfigureAwait(false);
            foreach (var file in cache.FilesToTake)
            {
                await TakeAsync($"{PhaseRun.CacheFolder}/{file}").ConfigureAwait(false);
            }
        }
        catch (PackException failure) when (failure.ErrorId != PackErrorIds.BuildFilesUnreadable)
        {
            run.Logger.LogWarning("The cache could not be read from the container: {Reason}", failure.Message);
        }

        async Task TakeAsync(string path)
        {
            if (await TryOpenAsync(container, path, cancellationToken).ConfigureAwait(false) is { } archive)
            {
                await using (archive.ConfigureAwait(false))
                {
                    await run.TakeMoreAsync(archive, path[..path.LastIndexOf('/')], cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task<Stream?> TryOpenAsync(BuildContainer container, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await run.Engine.Containers.CopyFromAsync(container.Name, path, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (failure.Kind == PackErrorKind.NotFound)
        {
            if (await container.IsMissingAsync(failure).ConfigureAwait(false))
            {
                throw;
            }

            return null;
        }
    }

    private async Task<WrittenImage> TakeImageAsync(BuildContainer container, string? layout, CancellationToken cancellationToken)
    {
        var latest = run.Latest;
        var taker = new LayoutTaker(latest);
        return run.Plan.Route == ExportRoute.Daemon ? await InspectExportedAsync(cancellationToken).ConfigureAwait(false)
            : run.Loopback is { } registry ? await taker.TakeAsync(registry, cancellationToken).ConfigureAwait(false)
            : run.Layouts.IsOf(latest.Plan, layout) ? await taker.KeepPreviousAsync(cancellationToken).ConfigureAwait(false)
            : await taker.TakeAsync(token => OpenLayoutAsync(container, taker, token), cancellationToken).ConfigureAwait(false);
    }

    private async Task<Stream> OpenLayoutAsync(BuildContainer container, LayoutTaker taker, CancellationToken cancellationToken)
    {
        try
        {
            return await run.Engine.Containers.CopyFromAsync(container.Name, taker.LayoutPath, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (failure.Kind == PackErrorKind.NotFound)
        {
            if (await container.IsMissingAsync(failure).ConfigureAwait(false))
            {
                throw;
            }

            throw taker.Missing(failure, failure);
        }
    }

    private async Task RunLifecycleAsync(PhaseContainer phases, LifecycleOutput output, CancellationToken cancellationToken)
    {
        var container = phases.Container;
        int exitCode;
        if (phases.Script is null)
        {
            await phases.Turns[0].EnterAsync(cancellationToken).ConfigureAwait(false);
        }

        if (phases.IsFirst)
        {
            run.Clock.ContainerStarts();
        }

        try
        {
            exitCode = phases.Script is { } script
                ? await run.Engine.Containers.ConverseAsync(container.Name, script.WriteTurnsAsync, script, cancellationToken).ConfigureAwait(false)
                : await run.Engine.Containers.AttachAsync(container.Name, start: true, output, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException exception) when (LifecycleFailure.IsMissing(exception))
        {
            throw phases.Script is not null && exception.Message.Contains(TurnScript.Shell, StringComparison.Ordinal)
                ? new ShellMissingException(exception)
                : LifecycleFailure.Missing(run.Plan.Builder.Name, exception);
        }

        if (LifecycleFailure.IsOfBuildpack(exitCode))
        {
            await FindLayersAsync(container, output.Buildpacks, cancellationToken).ConfigureAwait(false);
        }

        run.Check(exitCode, output);
        if (phases.Script is null)
        {
            phases.Turns[0].End();
        }
    }

    /// <summary>Looks for the last buildpack that has a folder for its layers.</summary>
    private async Task FindLayersAsync(BuildContainer container, BuildpackTrace buildpacks, CancellationToken cancellationToken)
    {
        foreach (var folder in buildpacks.LayerFolders)
        {
            try
            {
                var layers = await run.Engine.Containers.CopyFromAsync(container.Name, $"{ContainerPaths.Layers}/{folder}", cancellationToken).ConfigureAwait(false);
                await layers.DisposeAsync().ConfigureAwait(false);
                buildpacks.TakeLayers([folder]);
                return;
            }
            catch (PackException failure) when (failure.Kind == PackErrorKind.NotFound)
            {
                // It has not run.
            }
            catch (PackException failure)
            {
                run.Logger.LogDebug("The failed buildpack could not be determined: {Reason}", failure.Message);
                return;
            }
        }
    }

    private async Task<WrittenImage> InspectExportedAsync(CancellationToken cancellationToken)
    {
        var name = run.Plan.Image.ToString();
        var found = await run.Clock.MeasureAsync("inspect", () => run.Engine.Images.InspectAsync([name], cancellationToken)).ConfigureAwait(false);
        return found.TryGetValue(name, out var image)
            ? new WrittenImage(image.Id, image.Digest, image.Config, image.Id == run.Plan.Current?.Id)
            : throw LayoutErrors.Invalid($"docker does not have '{name}' although the lifecycle exported it");
    }
}

/// <summary>A container that is to run several phases has no shell.</summary>
internal sealed class ShellMissingException(PackException cause) : Exception(cause.Message, cause);
