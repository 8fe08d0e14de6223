using Buildpacks.Lifecycle.Analyzing;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Images;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Lifecycle.Phases;
using Buildpacks.Lifecycle.Variables;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Exporting;

/// <summary>What the export phase works with.</summary>
internal sealed record ExportInputs
{
    /// <summary>The options that <see cref="From"/> reads.</summary>
    public static IReadOnlyList<Option> Options { get; } =
    [
        CommandLine.Options.Analyzed, CommandLine.Options.App, CommandLine.Options.CacheDirectory, CommandLine.Options.Extended,
        CommandLine.Options.Group, CommandLine.Options.LaunchCache, CommandLine.Options.Launcher, CommandLine.Options.LauncherSbom,
        CommandLine.Options.LayersDirectory, CommandLine.Options.Parallel, CommandLine.Options.ProcessType, CommandLine.Options.ProjectMetadata,
        CommandLine.Options.Report, CommandLine.Options.Run, CommandLine.Options.Stack,
    ];

    /// <summary>The platform's API.</summary>
    public required ApiVersion PlatformApi { get; init; }

    /// <summary>The app folder.</summary>
    public required string AppDirectory { get; init; }

    /// <summary>The layers folder.</summary>
    public required string LayersDirectory { get; init; }

    /// <summary>The launcher on this machine.</summary>
    public required string LauncherPath { get; init; }

    /// <summary>The folder with the launcher's bills of materials.</summary>
    public required string LauncherSbomDirectory { get; init; }

    /// <summary>Who owns what is in app and buildpack layers.</summary>
    public required Owner Owner { get; init; }

    /// <summary>The image's names, the first one first.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>The process type that the user wants to be the default; <see langword="null"/> leaves it to the buildpacks.</summary>
    public string? DefaultProcessType { get; init; }

    /// <summary>The environment that the app is to run in.</summary>
    public string ExecutionEnvironment { get; init; } = "production";

    /// <summary>When the image is said to be made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The run images that the builder offers. The names of the one of this image are kept for a later rebase.</summary>
    public required RunImages RunImages { get; init; }

    /// <summary>The name of the run image that the app image is made on; <see langword="null"/> when analyzed.toml has none.</summary>
    public string? RunImageName { get; init; }

    /// <summary>project-metadata.toml; <see langword="null"/> when there is none.</summary>
    public TomlTable? Project { get; init; }

    /// <summary>Where report.toml goes.</summary>
    public required string ReportPath { get; init; }

    /// <summary>Reads the inputs.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="context">What is around the phase.</param>
    /// <param name="names">The image's names.</param>
    /// <param name="analyzed">What the analyze phase found.</param>
    public static ExportInputs From(Arguments arguments, PhaseContext context, IReadOnlyList<string> names, AnalyzedMetadata analyzed)
    {
        ImageNames.CheckTargets(arguments, context.Names, names);
        return new ExportInputs
        {
            PlatformApi = context.PlatformApi,
            AppDirectory = arguments.Get(CommandLine.Options.App),
            LayersDirectory = arguments.Get(CommandLine.Options.LayersDirectory),
            LauncherPath = arguments.Get(CommandLine.Options.Launcher),
            LauncherSbomDirectory = arguments.Get(CommandLine.Options.LauncherSbom),
            Owner = BuildUser.From(arguments).Owner,
            Names = [.. names.Distinct()],
            DefaultProcessType = arguments.Find(CommandLine.Options.ProcessType),
            ExecutionEnvironment = ExecutionEnvironments.Read(arguments),
            Created = CreationTime.Read(context),
            RunImages = RunImages.Read(arguments, context),
            RunImageName = analyzed.RunImage?.Image,
            Project = ProjectMetadata.ReadIfExists(arguments.Get(CommandLine.Options.ProjectMetadata)),
            ReportPath = arguments.Get(CommandLine.Options.Report),
        };
    }
}
