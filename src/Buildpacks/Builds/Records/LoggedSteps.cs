namespace Buildpacks.Builds.Records;

/// <summary>A step of a build in a log file.</summary>
/// <param name="Name">The step.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record LoggedPhase(string Name, TimeSpan Duration);

/// <summary>A call to an engine in a log file.</summary>
internal sealed record LoggedCall
{
    /// <summary>The engine called.</summary>
    public required PackEngineKind Engine { get; init; }

    /// <summary>The registry that got the request; <see langword="null"/> for a call to the engine.</summary>
    public string? Registry { get; init; }

    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>What the engine was given.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Bytes streamed to the engine.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Bytes streamed from the engine.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>podman's exit code, or the HTTP status.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The HTTP status of docker's or a registry's answer.</summary>
    public int? Status { get; init; }

    /// <summary>A call as the log has it.</summary>
    public static LoggedCall From(EngineCall call) => new()
    {
        Engine = call.Engine,
        Registry = call.Registry,
        Operation = call.Operation,
        Arguments = call.Arguments,
        Started = call.Started,
        Duration = call.Duration,
        BytesSent = call.BytesSent,
        BytesReceived = call.BytesReceived,
        ExitCode = call.ExitCode,
        Status = call.Status,
    };
}

/// <summary>A process of an image in a log file.</summary>
internal sealed record LoggedProcess
{
    /// <summary>Its type.</summary>
    public required string Type { get; init; }

    /// <summary>The command.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Its arguments.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>Whether it runs without a shell.</summary>
    public required bool Direct { get; init; }

    /// <summary>Its working directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The buildpack that declared it.</summary>
    public string? BuildpackId { get; init; }

    /// <summary>Whether the image starts with it.</summary>
    public required bool Default { get; init; }

    /// <summary>A process as the log has it.</summary>
    public static LoggedProcess From(PackProcess process) => new()
    {
        Type = process.Type,
        Command = process.Command,
        Args = process.Args,
        Direct = process.Direct,
        WorkingDirectory = process.WorkingDirectory,
        BuildpackId = process.BuildpackId,
        Default = process.Default,
    };
}
