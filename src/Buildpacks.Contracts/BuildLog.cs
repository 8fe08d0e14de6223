namespace Buildpacks;

/// <summary>
/// What happened in a build, however it ended: a result has it as <see cref="BuildResult.GetLog"/>, a failure as
/// <see cref="PackException.Log"/>, and Export-PackLog writes it to a file. Values of the build's environment do not appear in it.
/// </summary>
public sealed record BuildLog
{
    /// <summary>The image's name, as it was asked for.</summary>
    public required string ImageName { get; init; }

    /// <summary>The folder or zip file with the app's source code.</summary>
    public required string Path { get; init; }

    /// <summary>The builder's name; <see langword="null"/> when none was given.</summary>
    public string? Builder { get; init; }

    /// <summary>The run image's name; <see langword="null"/> when the build did not come that far.</summary>
    public string? RunImage { get; init; }

    /// <summary>How the image was to leave the lifecycle.</summary>
    public ExportRoute ExportRoute { get; init; }

    /// <summary>The engine that built.</summary>
    public required PackEngineKind Engine { get; init; }

    /// <summary>Where the engine is reached, as <see cref="PackEngine.Endpoint"/> shows it.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The version of the builder's lifecycle; <see langword="null"/> when the build did not come that far.</summary>
    public string? LifecycleVersion { get; init; }

    /// <summary>The version of the platform API; <see langword="null"/> when the build did not come that far.</summary>
    public string? PlatformApi { get; init; }

    /// <summary>When the build began.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why the build failed; <see langword="null"/> when it did not.</summary>
    public BuildLogError? Error { get; init; }

    /// <summary>The steps of the build in their order.</summary>
    public PackCollection<PackPhase> Phases { get; init; } = [];

    /// <summary>The warnings of the build.</summary>
    public PackCollection<string> Warnings { get; init; } = [];

    /// <summary>What the lifecycle and the buildpacks wrote; of very much, the first and the last part.</summary>
    public PackCollection<PackOutputLine> Output { get; init; } = [];

    /// <summary>What <see cref="Output"/> lacks; <see langword="null"/> when it is complete.</summary>
    public PackOutputGap? OutputGap { get; init; }

    /// <summary>Every call to the engine, in the order they began.</summary>
    public PackCollection<EngineCall> EngineCalls { get; init; } = [];

    /// <summary>What a table shows of it, whose cells have no room for more.</summary>
    public override string ToString() => $"log of {ImageName}";
}
