using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Variables;

namespace Buildpacks.Lifecycle.Building;

/// <summary>What the build phase works on.</summary>
internal sealed record BuildInputs
{
    /// <summary>The options that <see cref="From"/> reads.</summary>
    public static IReadOnlyList<Option> Options { get; } =
    [
        CommandLine.Options.Analyzed, CommandLine.Options.App, CommandLine.Options.BuildConfig, CommandLine.Options.Buildpacks,
        CommandLine.Options.Group, CommandLine.Options.LayersDirectory, CommandLine.Options.Plan, CommandLine.Options.Platform,
    ];

    /// <summary>The app's folder.</summary>
    public required string AppDirectory { get; init; }

    /// <summary>The folder under which each buildpack has its layers.</summary>
    public required string LayersDirectory { get; init; }

    /// <summary>The builder's buildpacks.</summary>
    public required string BuildpacksDirectory { get; init; }

    /// <summary>The operator's configuration.</summary>
    public required string BuildConfigDirectory { get; init; }

    /// <summary>The platform's folder, with the user's variables.</summary>
    public required string PlatformDirectory { get; init; }

    /// <summary>group.toml.</summary>
    public required string GroupPath { get; init; }

    /// <summary>plan.toml.</summary>
    public required string PlanPath { get; init; }

    /// <summary>analyzed.toml, read for the target, when it exists.</summary>
    public required string AnalyzedPath { get; init; }

    /// <summary>The environment the app is meant for.</summary>
    public required string ExecutionEnvironment { get; init; }

    /// <summary>Reads the inputs.</summary>
    public static BuildInputs From(Arguments arguments) => new()
    {
        AppDirectory = arguments.Get(CommandLine.Options.App),
        LayersDirectory = arguments.Get(CommandLine.Options.LayersDirectory),
        BuildpacksDirectory = arguments.Get(CommandLine.Options.Buildpacks),
        BuildConfigDirectory = arguments.Get(CommandLine.Options.BuildConfig),
        PlatformDirectory = arguments.Get(CommandLine.Options.Platform),
        GroupPath = arguments.Get(CommandLine.Options.Group),
        PlanPath = arguments.Get(CommandLine.Options.Plan),
        AnalyzedPath = arguments.Get(CommandLine.Options.Analyzed),
        ExecutionEnvironment = ExecutionEnvironments.Read(arguments),
    };
}
