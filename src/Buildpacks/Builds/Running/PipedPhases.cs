using Buildpacks.Builds.Phases;
using Buildpacks.Engines;
using Buildpacks.Stores.Exports;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Runs each container in one call of the engine, when no socket goes into it.</summary>
/// <param name="run">The run.</param>
/// <param name="pipe">The engine's call.</param>
internal sealed class PipedPhases(PhaseRun run, IContainerPipe pipe)
{
    /// <summary>Runs it, if that can be done. A builder that turns out not to support it is known from then on.</summary>
    /// <returns><see langword="null"/> when the build has to be run step by step.</returns>
    public async Task<WrittenImage?> TryRunAsync(CancellationToken cancellationToken)
    {
        var builder = run.Plan.Builder.Detail.Id;
        if (run.Places.Unpiped.Find(builder) is not null)
        {
            return null;
        }

        try
        {
            return await RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PackException exception) when (exception.ErrorId == PackErrorIds.PipeImageUnfit)
        {
            run.Logger.LogDebug("The builder {Builder} does not support transfer through standard streams; using separate steps: {Reason}", run.Plan.Builder.Name, exception.Message);
            run.Places.Unpiped.Store(builder, "stepwise");
            return null;
        }
        catch (LayoutGoneException)
        {
            run.Logger.LogInformation("{Engine} did not accept the image; running the build again in separate steps.", run.Engine.Kind);
            return null;
        }
        catch (PackException exception) when (exception.ErrorId == PackErrorIds.LayoutInvalid && exception.InnerException is not null)
        {
            run.Logger.LogInformation("The image could not be read from the container; running the build again in separate steps. {Reason}", exception.Message);
            return null;
        }
    }

    private async Task<WrittenImage> RunAsync(CancellationToken cancellationToken)
    {
        var taker = new LayoutTaker(run);
        var output = run.NewOutput();
        try
        {
            return await new PhaseSequence(run, output).RunAsync(RunContainerAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A build that is stopped may hear of its container until that is gone.
            output.Complete();
            run.Clock.ContainerEnds();
            output.ShowExported(null);
        }

        async Task<WrittenImage?> RunContainerAsync(PhaseContainer container, CancellationToken token)
        {
            WrittenImage? outcome = null;
            if (container.IsFirst)
            {
                run.Clock.ContainerStarts();
            }

            try
            {
                run.Check(await container.Container.RunAsync(
                    container.Phase,
                    (spec, begun, end) => pipe.RunAsync(
                        Piped(container, spec, begun) with
                        {
                            OutputPath = container.IsLast ? OutputPath() : null,
                            ReadOutput = async (layout, _) =>
                            {
                                if (run.Loopback is not null)
                                {
                                    await layout.CopyToAsync(Stream.Null, CancellationToken.None).ConfigureAwait(false);
                                }
                                else if (container.IsLast)
                                {
                                    outcome = await TakeAsync(layout, token).ConfigureAwait(false);
                                }
                            },
                            MoreOutput = container.IsLast ? run.MorePaths : [],
                            LeftOut = run.CacheImage?.KnownFiles ?? [],
                            ReadMore = (more, stop) => run.TakeMoreAsync(more, folder: "", stop),
                            ReportPath = ContainerPaths.Layers,
                            Failed = output.Buildpacks.TakeLayers,
                        },
                        (IContainerOutput?)container.Script ?? output, end),
                    token).ConfigureAwait(false), output);
                if (container.IsLast && run.Loopback is { } registry)
                {
                    outcome = await taker.TakeAsync(registry, token).ConfigureAwait(false);
                    output.ShowExported(LayoutNames.ShortId(run.Plan, outcome.Id, outcome.Digest));
                }
            }
            catch (OperationCanceledException) when (outcome is not null)
            {
                // The image has its names: it is too late to be without it.
            }
            catch (PipeOutputException failure)
            {
                throw taker.Missing(failure);
            }

            return outcome;
        }

        // What is wanted beside an image that was pushed comes out behind a small file that every exporter writes.
        string? OutputPath() => run.Loopback is null ? taker.LayoutPath : run.MorePaths.Count > 0 ? ContainerPaths.Report : null;

        async Task<WrittenImage> TakeAsync(Stream layout, CancellationToken token)
        {
            Stream? unread = layout;
            var outcome = await new LayoutTaker(run.Latest).TakeAsync(_ => Task.FromResult(Interlocked.Exchange(ref unread, null) ?? throw new LayoutGoneException()), token).ConfigureAwait(false);
            output.ShowExported(LayoutNames.ShortId(run.Plan, outcome.Id, outcome.Digest));
            return outcome;
        }
    }

    /// <summary>What the user who builds could not write in the builder's image.</summary>
    private IEnumerable<PipedFolder> FoldersOfUser(Phase phase)
    {
        if (phase.Input.HasFlag(PhaseInput.App) && run.Plan.Workspace != ContainerPaths.App && !phase.SharedFolders.Contains(run.Plan.Workspace))
        {
            yield return new PipedFolder(run.Plan.Workspace, PipedFolderKind.New);
        }

        if (phase.Input.HasFlag(PhaseInput.Platform))
        {
            yield return new PipedFolder(ContainerPaths.PlatformEnvironment, PipedFolderKind.Small);
            foreach (var added in run.Plan.SentModules)
            {
                yield return new PipedFolder("/" + added.Folder, added.IsInBuilder ? PipedFolderKind.Replaced : PipedFolderKind.New);
            }
        }
    }

    /// <summary>
    /// The call for a container. One with a single phase waits for its turn with an archive that has not ended, one with several reads lines after the
    /// archive. What its user could not write in the builder's image gets folders of its own.
    /// </summary>
    private PipedRun Piped(PhaseContainer container, ContainerSpec spec, Action begun)
    {
        var isOfUser = !container.Phase.IsRoot;
        var form = new InputForm(container.Phase.Input) { IsUnpackedByUser = isOfUser };
        return new PipedRun
        {
            Container = spec,
            ImageEnvironment = run.Plan.Builder.Detail.Config.Config?.Env ?? [],
            WriteInput = (destination, token) => container.IsFirst
                ? run.Clock.MeasureAsync("upload", () => WriteAsync(destination, token))
                : WriteAsync(destination, token),
            WriteCommandInput = container.Script is { } script ? script.WriteTurnsAsync : null,
            RemovedFolders = isOfUser || !form.Has(PhaseInput.Platform) ? [] : [.. run.Plan.SentModules.Where(added => added.IsInBuilder).Select(added => "/" + added.Folder)],
            Folders = isOfUser ? [.. FoldersOfUser(container.Phase)] : [],
            OpenFolders = isOfUser && form.Has(PhaseInput.App) ? [run.Plan.Workspace] : [],
            AfterInput = isOfUser && form.Has(PhaseInput.App) ? ContainerPaths.Modes : null,
            ReservePath = isOfUser ? ContainerPaths.Layers : "/",
            OutputPath = null,
            Begun = () =>
            {
                begun();
                container.Begin();
            },
            Ended = container.Script is null ? container.Turns[0].End : null,
        };

        Task WriteAsync(Stream destination, CancellationToken token) => run.WriteInputAsync(
            destination, form, container.Container, container.Script is null ? container.Turns[0].EnterAsync : null, token);
    }
}

/// <summary>A layout would have to be read a second time, and the container that had it is gone.</summary>
internal sealed class LayoutGoneException() : Exception("The layout was removed with its container.");
