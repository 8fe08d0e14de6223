namespace Buildpacks.Builds.Records;

/// <summary>A build in a log file.</summary>
internal sealed record LoggedBuild
{
    /// <summary>What became of it.</summary>
    public required LogOutcome Outcome { get; init; }

    /// <summary>The image's name.</summary>
    public string? ImageName { get; init; }

    /// <summary>The app's source code.</summary>
    public string? Path { get; init; }

    /// <summary>The builder.</summary>
    public string? Builder { get; init; }

    /// <summary>The run image.</summary>
    public string? RunImage { get; init; }

    /// <summary>How the image was to leave the lifecycle.</summary>
    public ExportRoute? ExportRoute { get; init; }

    /// <summary>The engine.</summary>
    public LoggedEngine? Engine { get; init; }

    /// <summary>The lifecycle.</summary>
    public LoggedLifecycle? Lifecycle { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Why it failed.</summary>
    public LoggedError? Error { get; init; }

    /// <summary>What it made.</summary>
    public LoggedImage? Image { get; init; }

    /// <summary>Its steps.</summary>
    public IReadOnlyList<LoggedPhase> Phases { get; init; } = [];

    /// <summary>Its warnings.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What the lifecycle and the buildpacks wrote.</summary>
    public IReadOnlyList<PackOutputLine> Output { get; init; } = [];

    /// <summary>What is missing of that.</summary>
    public PackOutputGap? OutputGap { get; init; }

    /// <summary>The calls to the engine.</summary>
    public IReadOnlyList<LoggedCall> EngineCalls { get; init; } = [];

    /// <summary>The build of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="engine">What its engine says of itself now; <see langword="null"/> when it does not answer.</param>
    public static LoggedBuild From(LogEntry entry, PackEngine? engine)
    {
        var build = new LoggedBuild
        {
            Outcome = entry.Result switch { null => LogOutcome.Failed, { Unchanged: true } => LogOutcome.Unchanged, _ => LogOutcome.Built },
            Error = entry.Failure is { } failure ? LoggedError.From(failure) : null,
            Image = entry.Result is { } result ? LoggedImage.From(result) : null,
        };
        return entry.Log is { } log
            ? build with
            {
                ImageName = log.ImageName,
                Path = log.Path,
                Builder = log.Builder,
                RunImage = log.RunImage,
                ExportRoute = log.ExportRoute,
                Engine = new LoggedEngine(log.Engine, log.Endpoint, engine?.Version, engine?.ApiVersion),
                Lifecycle = log.LifecycleVersion is null ? null : new LoggedLifecycle(log.LifecycleVersion, log.PlatformApi),
                Started = log.Started,
                Duration = log.Duration,
                Phases = [.. log.Phases.Select(phase => new LoggedPhase(phase.Name, phase.Duration))],
                Warnings = log.Warnings,
                Output = log.Output,
                OutputGap = log.OutputGap,
                EngineCalls = [.. log.EngineCalls.Select(LoggedCall.From)],
            }
            : build;
    }
}
