using Buildpacks.Lifecycle.Analyzing;
using Buildpacks.Lifecycle.Building;
using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Detecting;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Exporting;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Phases;
using Buildpacks.Lifecycle.Restoring;

namespace Buildpacks.Lifecycle.Creating;

/// <summary>Runs the phases of a build one after another. A failure has the exit code of the phase in which it happened.</summary>
/// <param name="arguments">The arguments, from which each phase reads its own.</param>
/// <param name="context">What is around the phases.</param>
/// <param name="store">Where the images are.</param>
/// <param name="cache">The cache; <see langword="null"/> when the platform gave none.</param>
internal sealed class Creator(Arguments arguments, PhaseContext context, IImageStore store, VolumeCache? cache)
{
    /// <summary>Builds and exports.</summary>
    /// <param name="analyze">What analysis works on.</param>
    /// <param name="names">The app image's names.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    /// <exception cref="LifecycleException">A phase failed.</exception>
    public async Task CreateAsync(AnalyzeInputs analyze, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var analyzed = await AnalyzeAsync(analyze, cancellationToken);
        var detected = await PhaseAsync(
            "DETECTING", "detect", ExitCodes.DetectFailed, () => new Detector(DetectInputs.From(arguments), context).DetectAsync(cancellationToken));
        if (detected.Group.Extensions.Count > 0)
        {
            throw new LifecycleException(ExitCodes.DetectFailed, "failed to detect: detected order contains extensions which is not supported by the creator");
        }

        var buildpacks = detected.Group.Buildpacks;
        if (!analyze.SkipLayers || context.PlatformApi.AtLeast(0, 10))
        {
            await PhaseAsync("RESTORING", "restore", ExitCodes.RestoreFailed, () => Restore(analyze, buildpacks, analyzed.Layers));
        }

        await PhaseAsync("BUILDING", "build", ExitCodes.BuildFailed, () => BuildAsync(cancellationToken));
        await PhaseAsync("EXPORTING", "export", ExitCodes.ExportFailed, async () =>
        {
            var inputs = ExportInputs.From(arguments, context, names, analyzed);
            await new ExportRun(store, cache, context).RunAsync(inputs, buildpacks, analyzed, cancellationToken);
            return true;
        });
    }

    // The exit code of a failure is that of the creator, as with the reference lifecycle, and not the analyzer's.
    private async Task<AnalyzedMetadata> AnalyzeAsync(AnalyzeInputs inputs, CancellationToken cancellationToken)
    {
        context.Log.Phase("ANALYZING");
        try
        {
            var analyzed = await new Analyzer(store, inputs.LayersDirectory, context.PlatformApi, context.Log)
                .AnalyzeAsync(inputs.PreviousImage, inputs.RunImage, inputs.SkipLayers, cancellationToken);
            analyzed.Write(inputs.AnalyzedPath);
            return analyzed;
        }
        catch (Exception e) when (LifecycleException.IsExpected(e))
        {
            throw new LifecycleException(ExitCodes.Failed, e.Message, e);
        }
    }

    private Task<bool> Restore(AnalyzeInputs inputs, IReadOnlyList<GroupElement> buildpacks, LayersMetadata previous)
    {
        new Restorer(inputs.LayersDirectory, context.PlatformApi, cache, context.Log).Restore(buildpacks, previous, inputs.SkipLayers);
        return Task.FromResult(true);
    }

    private async Task<bool> BuildAsync(CancellationToken cancellationToken)
    {
        using var built = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var keptAlive = store.KeepAliveAsync(built.Token);
        try
        {
            await new Builder(BuildInputs.From(arguments), context).BuildAsync(cancellationToken);
        }
        finally
        {
            await built.CancelAsync();
            await keptAlive;
        }

        return true;
    }

    private async Task<T> PhaseAsync<T>(string header, string verb, int failureCode, Func<Task<T>> run)
    {
        context.Log.Phase(header);
        try
        {
            return await run();
        }
        catch (Exception e) when (LifecycleException.IsExpected(e))
        {
            throw new LifecycleException(failureCode, $"failed to {verb}: {e.Message}", e);
        }
    }
}
