using Buildpacks.Stores.Exports;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>Runs the phases of a build: each container in one call of the engine where it has one for that, and step by step elsewhere.</summary>
internal sealed class PhaseRunner(PhaseRun run)
{
    /// <summary>Runs them, and once more with an empty cache when the cache is damaged.</summary>
    public async Task<WrittenImage> RunAsync(CancellationToken cancellationToken)
    {
        WrittenImage image;
        try
        {
            image = await RunAsync(run, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (CacheWatch.Explains(failure))
        {
            if (await new CacheReset(run).ForRetryAsync(cancellationToken).ConfigureAwait(false) is not { } plan)
            {
                throw;
            }

            run.Logger.LogWarning("The cache is damaged and was cleared; the build runs again with an empty cache. {Reason}", CacheWatch.ReasonOf(failure));
            run = run with { Plan = plan, CacheWatch = new CacheWatch() };
            image = await RunAsync(run, cancellationToken).ConfigureAwait(false);
        }

        if (run.CacheWatch.Damage is { } damage && await new CacheReset(run).AfterBuildAsync(cancellationToken).ConfigureAwait(false))
        {
            run.Logger.LogWarning("The cache is damaged and was cleared; the next build fills it again. {Reason}", damage);
        }

        return image;
    }

    /// <summary>Runs the phases, and once more when their container was taken from them: whoever tidied up is done by then.</summary>
    private static async Task<WrittenImage> RunAsync(PhaseRun run, CancellationToken cancellationToken)
    {
        try
        {
            return await RunOnceAsync(run, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException failure) when (failure.ErrorId == PackErrorIds.BuildContainerGone)
        {
            run.Logger.LogInformation("The build container was removed by another process; retrying.");
            return await RunOnceAsync(run, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<WrittenImage> RunOnceAsync(PhaseRun run, CancellationToken cancellationToken)
    {
        // Only root can give a folder of the builder to another user or group, or leave it theirs.
        var canPipe = run.Plan.Owner == run.Plan.BuilderOwner || run.Plan.Phases.All(phase => phase.IsRoot);
        if (run.Plan.AfterExtending is not null)
        {
            run = await new ExtensionStage(run, canPipe).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        var outcome = run.Plan.Route != ExportRoute.Daemon && canPipe && run.Engine.Pipe is { } pipe
            ? await new PipedPhases(run, pipe).TryRunAsync(cancellationToken).ConfigureAwait(false)
            : null;
        if (outcome is not null)
        {
            return outcome;
        }

        try
        {
            return await new StepwisePhases(run).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ShellMissingException exception)
        {
            run.Logger.LogDebug("The builder {Builder} has no shell; each phase runs in a container of its own: {Reason}", run.Plan.Builder.Name, exception.Message);
            return await new StepwisePhases(run) { RunsApart = true }.RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
