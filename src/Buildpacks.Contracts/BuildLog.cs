namespace Buildpacks;

/// <summary>
/// The log of a successful or failed build. A result has it in <see cref="BuildResult.GetLog"/>, a failure in
/// <see cref="PackException.Log"/>. Export-PackLog writes it to a file. It contains no values of the build environment.
/// </summary>
public sealed record BuildLog
{
    /// <summary>The requested image name.</summary>
    public required string ImageName { get; init; }

    /// <summary>The folder or zip file with the app's source code.</summary>
    public required string Path { get; init; }

    /// <summary>The builder's name; <see langword="null"/> when none was given.</summary>
    public string? Builder { get; init; }

    /// <summary>The run image's name; <see langword="null"/> when the build failed before this was known.</summary>
    public string? RunImage { get; init; }

    /// <summary>The export route of the image.</summary>
    public ExportRoute ExportRoute { get; init; }

    /// <summary>The engine that built.</summary>
    public required PackEngineKind Engine { get; init; }

    /// <summary>The address of the engine, as in <see cref="PackEngine.Endpoint"/>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The version of the builder's lifecycle; <see langword="null"/> when the build failed before this was known.</summary>
    public string? LifecycleVersion { get; init; }

    /// <summary>The version of the platform API; <see langword="null"/> when the build failed before this was known.</summary>
    public string? PlatformApi { get; init; }

    /// <summary>The start time of the build.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>The duration.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The error of the build; <see langword="null"/> when it succeeded.</summary>
    public BuildLogError? Error { get; init; }

    /// <summary>The steps of the build in their order.</summary>
    public PackCollection<PackPhase> Phases { get; init; } = [];

    /// <summary>The warnings of the build.</summary>
    public PackCollection<string> Warnings { get; init; } = [];

    /// <summary>The output of the lifecycle and the buildpacks; when it is very long, the first and the last part.</summary>
    public PackCollection<PackOutputLine> Output { get; init; } = [];

    /// <summary>The omitted part of <see cref="Output"/>; <see langword="null"/> when it is complete.</summary>
    public PackOutputGap? OutputGap { get; init; }

    /// <summary>All calls to the engine, in the order of their start.</summary>
    public PackCollection<EngineCall> EngineCalls { get; init; } = [];

    /// <summary>A short text for table cells.</summary>
    public override string ToString() => $"log of {ImageName}";
}

/// <summary>The error of a failed build, without values of the build environment.</summary>
/// <param name="Message">The message.</param>
/// <param name="RecommendedAction">The recommended action.</param>
/// <param name="Target">The affected object.</param>
public sealed record BuildLogError(string Message, string? RecommendedAction, string? Target)
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}
