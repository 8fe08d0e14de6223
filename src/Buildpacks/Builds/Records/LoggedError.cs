namespace Buildpacks.Builds.Records;

/// <summary>Why a build in a log file failed.</summary>
internal sealed record LoggedError
{
    private static readonly LogMask NoEnvironment = new(new Dictionary<string, string>());

    /// <summary>The stable id.</summary>
    public required string Id { get; init; }

    /// <summary>What sort of failure.</summary>
    public required PackErrorKind Kind { get; init; }

    /// <summary>What happened.</summary>
    public required string Message { get; init; }

    /// <summary>What to do next.</summary>
    public string? RecommendedAction { get; init; }

    /// <summary>The phase of the lifecycle.</summary>
    public string? Phase { get; init; }

    /// <summary>The exit code of the engine or the lifecycle.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What it is about.</summary>
    public string? Target { get; init; }

    /// <summary>The error of a failure.</summary>
    public static LoggedError From(PackException failure)
    {
        // Only the build knows the values of its environment; what failed before a build began has none.
        var said = failure.Log?.Error ?? NoEnvironment.Hide(failure);
        return new LoggedError
        {
            Id = failure.ErrorId,
            Kind = failure.Kind,
            Message = said.Message,
            RecommendedAction = said.RecommendedAction,
            Phase = failure.Phase,
            ExitCode = failure.ExitCode,
            Target = said.Target,
        };
    }
}
