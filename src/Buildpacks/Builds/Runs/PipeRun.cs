using Buildpacks.Engines;
using Buildpacks.Images;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Runs;

/// <summary>Runs the creator in one call of the engine, on the route over a layout.</summary>
/// <param name="run">The run.</param>
/// <param name="pipe">The engine's call.</param>
internal sealed class PipeRun(CreatorRun run, IContainerPipe pipe)
{
    /// <summary>Runs it, if that can be done.</summary>
    /// <returns><see langword="null"/> when the build has to be run step by step.</returns>
    public async Task<BuildOutcome?> TryRunAsync(CancellationToken cancellationToken)
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
        catch (PackException exception) when (exception.Kind == PackErrorKind.Unsupported)
        {
            run.Logger.LogDebug("The builder {Builder} cannot be filled and emptied through its standard streams, but step by step: {Reason}", run.Plan.Builder.Name, exception.Message);
            run.Places.Unpiped.Store(builder, "stepwise");
            return null;
        }
        catch (LayoutGoneException)
        {
            run.Logger.LogInformation("{Engine} did not take the image at once; the build is run again, step by step.", run.Engine.Kind);
            return null;
        }
        catch (PackException exception) when (exception.ErrorId == LayoutErrors.InvalidId)
        {
            run.Logger.LogInformation("The image did not come out of the container as it should; the build is run again, step by step. {Reason}", exception.Message);
            return null;
        }
    }

    private async Task<BuildOutcome> RunAsync(CancellationToken cancellationToken)
    {
        BuildOutcome? outcome = null;
        var container = run.NewContainer();
        var output = run.NewOutput();
        run.Clock.ContainerStarts();
        try
        {
            var taker = new LayoutTaker(run);
            var exitCode = await container.RunAsync(run.Plan.Creator, RunAsync, cancellationToken).ConfigureAwait(false);
            End();
            run.Check(exitCode, output);
            container.Succeeded = true;
            return outcome!;

            Task<int> RunAsync(ContainerSpec spec, Action begun, CancellationToken end) => pipe.RunAsync(
                new PipedRun
                {
                    Container = spec,
                    WriteInput = (destination, token) => run.Clock.MeasureAsync("upload", () => run.WriteInputAsync(destination, token)),
                    OutputPath = taker.LayoutPath,
                    ReadOutput = async (layout, _) => outcome = await TakeAsync(taker, layout).ConfigureAwait(false),
                    Begun = begun,
                },
                output, end);
        }
        catch (PackException exception)
        {
            if (await run.ExplainAsync(exception, container).ConfigureAwait(false) is var explained && explained != exception)
            {
                throw explained;
            }

            throw;
        }
        finally
        {
            // A build that is stopped may hear of its container until that is gone.
            await run.Clock.MeasureAsync("cleanup", () => container.DisposeAsync().AsTask()).ConfigureAwait(false);
            End();
        }

        async Task<BuildOutcome> TakeAsync(LayoutTaker taker, Stream layout)
        {
            End();
            Stream? unread = layout;
            return await taker.TakeAsync(
                _ => Task.FromResult(Interlocked.Exchange(ref unread, null) ?? throw new LayoutGoneException()), cancellationToken).ConfigureAwait(false);
        }

        void End()
        {
            output.Complete();
            run.Clock.ContainerEnds();
        }
    }
}
