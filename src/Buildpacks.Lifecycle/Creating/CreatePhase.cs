using Buildpacks.Lifecycle.Analyzing;
using Buildpacks.Lifecycle.Building;
using Buildpacks.Lifecycle.Caching;
using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Detecting;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Exporting;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle.Creating;

/// <summary>The creator as a command: all phases of a build in one process.</summary>
internal sealed class CreatePhase : IPhase
{
    /// <inheritdoc/>
    public string Name => "creator";

    /// <inheritdoc/>
    public string Verb => "create";

    /// <inheritdoc/>
    public int FailureCode => ExitCodes.Failed;

    /// <inheritdoc/>
    public IReadOnlyList<Option> Options { get; } =
    [
        .. AnalyzeInputs.Options.Union(DetectInputs.Options).Union(BuildInputs.Options).Union(ExportInputs.Options)
            .Union(ImageStores.Options).Union(BuildUser.Options).Append(CommandLine.Options.SkipRestore),
    ];

    /// <inheritdoc/>
    public async Task RunAsync(Arguments arguments, PhaseContext context, CancellationToken cancellationToken)
    {
        var image = ImageArguments.One(arguments);
        var cacheFolder = arguments.Find(CommandLine.Options.CacheDirectory);
        var analyze = AnalyzeInputs.From(arguments, context, image, () => VolumeCache.WarnIfMissing(cacheFolder, context.Log));
        using var store = await ImageStores.OpenAsync(arguments, context, cancellationToken);
        var user = BuildUser.From(arguments);
        user.Become(
            cacheFolder, arguments.Find(CommandLine.Options.LaunchCache), analyze.LayersDirectory, arguments.Find(CommandLine.Options.LayoutDirectory));
        var asUser = context with { Environment = Privileges.EnvironmentOf(user.Owner.Uid, context.Environment) };
        var cache = VolumeCache.Open(cacheFolder);
        await new Creator(arguments, asUser, store, cache).CreateAsync(analyze, [image, .. arguments.List(CommandLine.Options.Tag)], cancellationToken);
    }
}
