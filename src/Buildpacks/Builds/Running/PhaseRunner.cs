using Buildpacks.Builds.Extending;
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
        return run.Plan.AfterExtending is null
            ? await RunPhasesAsync(run, canPipe, cancellationToken).ConfigureAwait(false)
            : await RunWithExtensionsAsync(run, canPipe, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Runs phases and image extensions: in one container, where the build image stays as it is. Otherwise detection and the later phases have a container
    /// each.
    /// </summary>
    private static async Task<WrittenImage> RunWithExtensionsAsync(PhaseRun run, bool canPipe, CancellationToken cancellationToken)
    {
        var stage = new ExtensionStage(run);
        if (canPipe)
        {
            try
            {
                return await RunPhasesAsync(stage.InOneContainer(), canPipe, cancellationToken).ConfigureAwait(false);
            }
            catch (PhasesStoppedException stopped)
            {
                run.Logger.LogDebug("The build goes on in another container: {Reason}.", stopped.Message);
            }
        }

        var extended = stage.Extended ?? await stage.RunAsync(cancellationToken).ConfigureAwait(false);
        return await RunPhasesAsync(extended, canPipe, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<WrittenImage> RunPhasesAsync(PhaseRun run, bool canPipe, CancellationToken cancellationToken)
    {
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
        catch (ShellMissingException exception) when (run.Extensions is not null)
        {
            throw ExtensionErrors.WithoutShell(run.Plan.Builder.Name, exception);
        }
        catch (ShellMissingException exception)
        {
            run.Logger.LogDebug("The builder {Builder} has no shell; each phase runs in a container of its own: {Reason}", run.Plan.Builder.Name, exception.Message);
            return await new StepwisePhases(run) { RunsApart = true }.RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
