using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle.Exporting;

/// <summary>The exporter as a command.</summary>
internal sealed class ExportPhase : IPhase
{
    /// <inheritdoc/>
    public string Name => "exporter";

    /// <inheritdoc/>
    public string Verb => "export";

    /// <inheritdoc/>
    public int FailureCode => ExitCodes.ExportFailed;

    /// <inheritdoc/>
    public IReadOnlyList<Option> Options { get; } = [.. ExportInputs.Options, .. ImageStores.Options, .. BuildUser.Options];

    /// <inheritdoc/>
    public async Task RunAsync(Arguments arguments, PhaseContext context, CancellationToken cancellationToken)
    {
        var names = ImageArguments.All(arguments);
        var analyzedPath = arguments.Get(CommandLine.Options.Analyzed);
        var analyzed = AnalyzedMetadata.ReadIfExists(analyzedPath);
        if (analyzed is null)
        {
            context.Log.Warn($"No analyzed metadata found at path \"{analyzedPath}\"");
        }

        if (analyzed?.RunImage is not { Reference.Length: > 0 })
        {
            throw new LifecycleException(ExitCodes.InvalidArguments, "failed to resolve inputs: run image not found in analyzed metadata");
        }

        var inputs = ExportInputs.From(arguments, context, names, analyzed);
        var cacheFolder = arguments.Find(CommandLine.Options.CacheDirectory);
        VolumeCache.WarnIfMissing(cacheFolder, context.Log);
        using var store = await ImageStores.OpenAsync(arguments, context, cancellationToken);
        BuildUser.From(arguments).Become(
            cacheFolder, arguments.Find(CommandLine.Options.LaunchCache), arguments.Find(CommandLine.Options.LayoutDirectory));
        var group = BuildpackGroup.ReadForPhase(arguments.Get(CommandLine.Options.Group));
        foreach (var buildpack in group.Buildpacks)
        {
            SupportedApis.NegotiateBuildpack(buildpack);
        }

        await new ExportRun(store, VolumeCache.Open(cacheFolder), context)
            .RunAsync(inputs, group.Buildpacks, analyzed, cancellationToken);
    }
}
