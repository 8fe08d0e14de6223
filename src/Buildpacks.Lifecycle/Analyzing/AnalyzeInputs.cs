using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle.Analyzing;

/// <summary>What analysis works on.</summary>
internal sealed record AnalyzeInputs
{
    /// <summary>The options that <see cref="From"/> reads.</summary>
    public static IReadOnlyList<Option> Options { get; } =
    [
        CommandLine.Options.Analyzed, CommandLine.Options.LaunchCache, CommandLine.Options.LayersDirectory, CommandLine.Options.PreviousImage,
        CommandLine.Options.Run, CommandLine.Options.RunImage, CommandLine.Options.SkipLayers, CommandLine.Options.Stack, CommandLine.Options.Tag,
    ];

    /// <summary>Where analyzed.toml goes.</summary>
    public required string AnalyzedPath { get; init; }

    /// <summary>The layers folder.</summary>
    public required string LayersDirectory { get; init; }

    /// <summary>The name of the image whose layers may be used again.</summary>
    public required string PreviousImage { get; init; }

    /// <summary>The name of the run image.</summary>
    public required string RunImage { get; init; }

    /// <summary>Whether to leave the previous image's bills of materials alone.</summary>
    public required bool SkipLayers { get; init; }

    /// <summary>Reads the inputs.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="context">What is around the phase.</param>
    /// <param name="appImage">The app image's name, which is also the previous image's when the platform gives none.</param>
    /// <param name="checkCache">Checks the cache, which the creator does between its other checks.</param>
    public static AnalyzeInputs From(Arguments arguments, PhaseContext context, string appImage, Action? checkCache = null)
    {
        var inputs = new AnalyzeInputs
        {
            AnalyzedPath = arguments.Get(CommandLine.Options.Analyzed),
            LayersDirectory = arguments.Get(CommandLine.Options.LayersDirectory),
            PreviousImage = arguments.Find(CommandLine.Options.PreviousImage) ?? appImage,
            RunImage = arguments.Find(CommandLine.Options.RunImage) ?? RunImages.Read(arguments, context).Preferred(appImage),
            SkipLayers = SkipsLayers(arguments),
        };
        checkCache?.Invoke();
        if (arguments.Find(CommandLine.Options.LaunchCache) is not null && !arguments.IsOn(CommandLine.Options.Daemon))
        {
            context.Log.Warn("Ignoring -launch-cache, only intended for use with -daemon");
        }

        ImageNames.CheckSource(arguments, context.Names, inputs.PreviousImage);
        ImageNames.CheckSource(arguments, context.Names, inputs.RunImage);
        ImageNames.CheckTargets(arguments, context.Names, [appImage, .. arguments.List(CommandLine.Options.Tag)]);
        if (arguments.IsOn(CommandLine.Options.Parallel) && arguments.Find(CommandLine.Options.CacheDirectory) is null)
        {
            context.Log.Warn("Parallel export has been enabled, but it has not taken effect because no cache has been specified.");
        }

        return inputs;
    }

    /// <summary>Whether the platform wants nothing of earlier builds; the phases and the creator have their own switches for it.</summary>
    public static bool SkipsLayers(Arguments arguments) =>
        arguments.IsOn(CommandLine.Options.SkipLayers) || arguments.IsOn(CommandLine.Options.SkipRestore);
}
