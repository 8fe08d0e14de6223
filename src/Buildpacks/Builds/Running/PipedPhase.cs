using Buildpacks.Builds.Phases;
using Buildpacks.Engines;
using Buildpacks.Stores.Exports;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Runs the creator in one call of the engine, on the route over a layout.</summary>
/// <param name="run">The run.</param>
/// <param name="phase">What runs.</param>
/// <param name="pipe">The engine's call.</param>
internal sealed class PipedPhase(PhaseRun run, Phase phase, IContainerPipe pipe)
{
    /// <summary>Runs it, if that can be done.</summary>
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
        run.Clock.ContainerStarts();
        try
        {
            return await run.InContainerAsync(RunInAsync).ConfigureAwait(false);
        }
        finally
        {
            // A build that is stopped may hear of its container until that is gone.
            End();
            output.ShowExported(null);
        }

        async Task<WrittenImage> RunInAsync(BuildContainer container)
        {
            WrittenImage? outcome = null;
            try
            {
                run.Check(await RunPipeAsync().ConfigureAwait(false), output);
            }
            catch (OperationCanceledException) when (outcome is not null)
            {
                // The image has its names: it is too late to be without it.
            }
            catch (PipeOutputException failure)
            {
                throw taker.Missing(failure);
            }

            return outcome!;

            Task<int> RunPipeAsync() => container.RunAsync(
                phase,
                (spec, begun, end) => pipe.RunAsync(
                    new PipedRun
                    {
                        Container = spec,
                        ImageEnvironment = run.Plan.Builder.Detail.Config.Config?.Env ?? [],
                        WriteInput = (destination, token) => run.Clock.MeasureAsync("upload", () => run.WriteInputAsync(destination, replaces: false, container, token)),
                        RemovedFolders = [.. run.Plan.AddedBuildpacks.Where(added => added.IsInBuilder).Select(added => "/" + added.Folder)],
                        OutputPath = taker.LayoutPath,
                        ReadOutput = async (layout, _) => outcome = await TakeAsync(layout).ConfigureAwait(false),
                        MoreOutput = run.MorePaths,
                        LeftOut = run.CacheImage?.KnownFiles ?? [],
                        ReadMore = (more, token) => run.TakeMoreAsync(more, folder: "", token),
                        ReportPath = ContainerPaths.Layers,
                        Failed = output.Buildpacks.TakeLayers,
                        Begun = begun,
                    },
                    output, end),
                cancellationToken);
        }

        async Task<WrittenImage> TakeAsync(Stream layout)
        {
            End();
            Stream? unread = layout;
            var outcome = await taker.TakeAsync(
                _ => Task.FromResult(Interlocked.Exchange(ref unread, null) ?? throw new LayoutGoneException()), cancellationToken).ConfigureAwait(false);
            output.ShowExported(LayoutNames.ShortId(run.Plan, outcome.Id, outcome.Digest));
            return outcome;
        }

        void End()
        {
            output.Complete();
            run.Clock.ContainerEnds();
        }
    }
}

/// <summary>A layout would have to be read a second time, and the container that had it is gone.</summary>
internal sealed class LayoutGoneException() : Exception("The layout was removed with its container.");
