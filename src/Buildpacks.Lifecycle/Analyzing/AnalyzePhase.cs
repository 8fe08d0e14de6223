using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle.Analyzing;

/// <summary>The analyzer as a command.</summary>
internal sealed class AnalyzePhase : IPhase
{
    /// <inheritdoc/>
    public string Name => "analyzer";

    /// <inheritdoc/>
    public string Verb => "analyze";

    /// <inheritdoc/>
    public int FailureCode => ExitCodes.AnalyzeFailed;

    /// <inheritdoc/>
    public IReadOnlyList<Option> Options { get; } = [.. AnalyzeInputs.Options, .. ImageStores.Options, .. BuildUser.Options];

    /// <inheritdoc/>
    public async Task RunAsync(Arguments arguments, PhaseContext context, CancellationToken cancellationToken)
    {
        var inputs = AnalyzeInputs.From(arguments, context, ImageArguments.One(arguments));
        using var store = await ImageStores.OpenAsync(arguments, context, cancellationToken);
        BuildUser.From(arguments).Become(inputs.LayersDirectory, arguments.Find(CommandLine.Options.LaunchCache));
        var analyzer = new Analyzer(store, inputs.LayersDirectory, context.PlatformApi, context.Log);
        var analyzed = await analyzer.AnalyzeAsync(inputs.PreviousImage, inputs.RunImage, inputs.SkipLayers, cancellationToken);
        analyzed.Write(inputs.AnalyzedPath);
    }
}
