using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Variables;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>What detection works on.</summary>
internal sealed record DetectInputs
{
    /// <summary>The options that <see cref="From"/> reads.</summary>
    public static IReadOnlyList<Option> Options { get; } =
    [
        CommandLine.Options.Analyzed, CommandLine.Options.App, CommandLine.Options.BuildConfig, CommandLine.Options.Buildpacks,
        CommandLine.Options.Extensions, CommandLine.Options.Generated, CommandLine.Options.Group, CommandLine.Options.LayersDirectory,
        CommandLine.Options.Order, CommandLine.Options.Plan, CommandLine.Options.Platform, CommandLine.Options.Run, CommandLine.Options.System,
    ];

    /// <summary>The app's folder.</summary>
    public required string AppDirectory { get; init; }

    /// <summary>The builder's buildpacks.</summary>
    public required string BuildpacksDirectory { get; init; }

    /// <summary>The builder's image extensions.</summary>
    public required string ExtensionsDirectory { get; init; }

    /// <summary>The operator's configuration.</summary>
    public required string BuildConfigDirectory { get; init; }

    /// <summary>The platform's folder, with the user's variables.</summary>
    public required string PlatformDirectory { get; init; }

    /// <summary>order.toml.</summary>
    public required string OrderPath { get; init; }

    /// <summary>system.toml; read from platform API 0.15 on, when it exists.</summary>
    public required string SystemPath { get; init; }

    /// <summary>analyzed.toml, read for the target, when it exists.</summary>
    public required string AnalyzedPath { get; init; }

    /// <summary>Where group.toml goes.</summary>
    public required string GroupPath { get; init; }

    /// <summary>Where plan.toml goes.</summary>
    public required string PlanPath { get; init; }

    /// <summary>Where image extensions write Dockerfiles.</summary>
    public required string GeneratedDirectory { get; init; }

    /// <summary>run.toml, with the names of the builder's run images, when it exists.</summary>
    public required string RunPath { get; init; }

    /// <summary>The environment the app is meant for.</summary>
    public required string ExecutionEnvironment { get; init; }

    /// <summary>Reads the inputs.</summary>
    public static DetectInputs From(Arguments arguments) => new()
    {
        AppDirectory = arguments.Get(CommandLine.Options.App),
        BuildpacksDirectory = arguments.Get(CommandLine.Options.Buildpacks),
        ExtensionsDirectory = arguments.Get(CommandLine.Options.Extensions),
        BuildConfigDirectory = arguments.Get(CommandLine.Options.BuildConfig),
        PlatformDirectory = arguments.Get(CommandLine.Options.Platform),
        OrderPath = arguments.Get(CommandLine.Options.Order),
        SystemPath = arguments.Get(CommandLine.Options.System),
        AnalyzedPath = arguments.Get(CommandLine.Options.Analyzed),
        GroupPath = arguments.Get(CommandLine.Options.Group),
        PlanPath = arguments.Get(CommandLine.Options.Plan),
        GeneratedDirectory = arguments.Get(CommandLine.Options.Generated),
        RunPath = arguments.Get(CommandLine.Options.Run),
        ExecutionEnvironment = ExecutionEnvironments.Read(arguments),
    };
}
