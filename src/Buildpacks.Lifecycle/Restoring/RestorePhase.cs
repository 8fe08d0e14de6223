using Buildpacks.Lifecycle.Analyzing;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle.Restoring;

/// <summary>The restorer as a command.</summary>
internal sealed class RestorePhase : IPhase
{
    /// <inheritdoc/>
    public string Name => "restorer";

    /// <inheritdoc/>
    public string Verb => "restore";

    /// <inheritdoc/>
    public int FailureCode => ExitCodes.RestoreFailed;

    /// <inheritdoc/>
    public IReadOnlyList<Option> Options { get; } =
    [
        CommandLine.Options.Analyzed, CommandLine.Options.BuildImage, CommandLine.Options.CacheDirectory, CommandLine.Options.Generated,
        CommandLine.Options.Group, CommandLine.Options.LayersDirectory, CommandLine.Options.Run, CommandLine.Options.SkipLayers,
        .. ImageStores.Options, .. BuildUser.Options,
    ];

    /// <inheritdoc/>
    public Task RunAsync(Arguments arguments, PhaseContext context, CancellationToken cancellationToken)
    {
        CommandLineRules.TakesNoArguments(arguments);
        ImageStores.RefuseCacheImage(arguments);
        var layers = arguments.Get(CommandLine.Options.LayersDirectory);
        var cacheFolder = arguments.Find(CommandLine.Options.CacheDirectory);
        VolumeCache.WarnIfMissing(cacheFolder, context.Log);
        BuildUser.From(arguments).Become(layers, cacheFolder);
        var group = BuildpackGroup.ReadForPhase(arguments.Get(CommandLine.Options.Group));
        foreach (var buildpack in group.Buildpacks)
        {
            SupportedApis.NegotiateBuildpack(buildpack);
        }

        var analyzedPath = arguments.Get(CommandLine.Options.Analyzed);
        var analyzed = AnalyzedMetadata.ReadIfExists(analyzedPath);
        if (analyzed is null)
        {
            context.Log.Warn($"No analyzed metadata found at path \"{analyzedPath}\"");
        }

        var cache = VolumeCache.Open(cacheFolder);
        new Restorer(layers, context.PlatformApi, cache, context.Log)
            .Restore(group.Buildpacks, analyzed?.Layers ?? new LayersMetadata(), AnalyzeInputs.SkipsLayers(arguments));
        return Task.CompletedTask;
    }
}
