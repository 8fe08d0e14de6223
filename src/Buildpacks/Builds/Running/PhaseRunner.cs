using Buildpacks.Stores.Exports;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Runs the phases of a build: in one call of the engine where it has one for that, and step by step elsewhere.</summary>
internal sealed class PhaseRunner(PhaseRun run)
{
    /// <summary>Runs them, and once more when their container was taken from them: whoever tidied up is done by then.</summary>
    public async Task<WrittenImage> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RunOnceAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (failure.ErrorId == PackErrorIds.BuildContainerGone)
        {
            run.Logger.LogInformation("The build container was removed by another process; retrying.");
            return await RunOnceAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<WrittenImage> RunOnceAsync(CancellationToken cancellationToken)
    {
        var outcome = run.Plan is { Route: ExportRoute.Layout, Phases: [var only] } && run.Engine.Pipe is { } pipe
            ? await new PipedPhase(run, only, pipe).TryRunAsync(cancellationToken).ConfigureAwait(false)
            : null;
        return outcome ?? await new StepwisePhases(run).RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
