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
        var analyzed = AnalyzedMetadata.ReadIfExists(analyzedPath)
            ?? throw new InvalidDataException($"'{analyzedPath}' does not exist; the analyzer writes it");
        var inputs = ExportInputs.From(arguments, context, names, analyzed);
        using var store = await ImageStores.OpenAsync(arguments, context, cancellationToken);
        var cacheFolder = arguments.Find(CommandLine.Options.CacheDirectory);
        BuildUser.From(arguments).Become(
            cacheFolder, arguments.Find(CommandLine.Options.LaunchCache), arguments.Find(CommandLine.Options.LayoutDirectory));
        var group = BuildpackGroup.Read(arguments.Get(CommandLine.Options.Group));
        foreach (var buildpack in group.Buildpacks)
        {
            SupportedApis.NegotiateBuildpack(buildpack.Api, buildpack.ToString());
        }

        await new ExportRun(store, VolumeCache.Open(cacheFolder, context.Log), context)
            .RunAsync(inputs, group.Buildpacks, analyzed, cancellationToken);
    }
}
