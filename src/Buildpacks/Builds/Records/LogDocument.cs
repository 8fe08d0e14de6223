using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Buildpacks.Builds.Records;

/// <summary>The content of a log file. docs/log.md describes it: what is there keeps its name and its meaning within a format version.</summary>
internal sealed record LogDocument
{
    /// <summary>Says what the file is.</summary>
    public string Format { get; } = "buildpacks-log";

    /// <summary>Goes up when something changes its name or meaning.</summary>
    public int FormatVersion { get; } = 1;

    /// <summary>When the file was written.</summary>
    public required DateTimeOffset Exported { get; init; }

    /// <summary>What it was written with.</summary>
    public required LogVersions Versions { get; init; }

    /// <summary>The builds.</summary>
    public required IReadOnlyList<LoggedBuild> Builds { get; init; }
}

/// <summary>A build whose log is wanted: what it made, or why it failed.</summary>
/// <param name="Result">What it made; <see langword="null"/> when it failed.</param>
/// <param name="Failure">Why it failed; <see langword="null"/> when it did not.</param>
public sealed record LogEntry(BuildResult? Result, PackException? Failure)
{
    /// <summary>What happened; <see langword="null"/> when the build did not even begin.</summary>
    public BuildLog? Log => Result?.Log ?? Failure?.Log;
}

/// <summary>What became of a build.</summary>
internal enum LogOutcome
{
    /// <summary>It made an image.</summary>
    Built,

    /// <summary>It made the image that was there before.</summary>
    Unchanged,

    /// <summary>It failed.</summary>
    Failed,
}

/// <summary>The versions of what a log was made with.</summary>
/// <param name="Module">This module.</param>
/// <param name="PowerShell">PowerShell; <see langword="null"/> without one.</param>
public sealed record LogVersions(string Module, string? PowerShell)
{
    /// <summary>.NET.</summary>
    public string DotNet { get; } = RuntimeInformation.FrameworkDescription;

    /// <summary>The operating system.</summary>
    public string Os { get; } = RuntimeInformation.OSDescription;

    /// <summary>The processor.</summary>
    public string Architecture { get; } = RuntimeInformation.OSArchitecture.ToString();
}

/// <summary>The engine of a build in a log file.</summary>
/// <param name="Kind">Podman or docker.</param>
/// <param name="Endpoint">Where it is reached.</param>
/// <param name="Version">Its version when the file was written; <see langword="null"/> when it did not answer then.</param>
/// <param name="ApiVersion">The version of its API, likewise.</param>
internal sealed record LoggedEngine(PackEngineKind Kind, string Endpoint, string? Version, string? ApiVersion);

/// <summary>The lifecycle of a build in a log file.</summary>
/// <param name="Version">Its version.</param>
/// <param name="PlatformApi">The version of the platform API that was agreed on.</param>
internal sealed record LoggedLifecycle(string Version, string? PlatformApi);

/// <summary>What a build in a log file made.</summary>
internal sealed record LoggedImage
{
    /// <summary>The image's names.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The digest of its manifest.</summary>
    public string? Digest { get; init; }

    /// <summary>Where it landed.</summary>
    public required string Location { get; init; }

    /// <summary>The buildpacks that took part.</summary>
    public required IReadOnlyList<PackBuildpack> Buildpacks { get; init; }

    /// <summary>Its processes.</summary>
    public required IReadOnlyList<LoggedProcess> Processes { get; init; }

    /// <summary>Layers that the previous image had.</summary>
    public required int LayersReused { get; init; }

    /// <summary>Layers that were new.</summary>
    public required int LayersAdded { get; init; }

    /// <summary>Bytes sent to the engine.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Bytes received from the engine.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>The image of a result.</summary>
    public static LoggedImage From(BuildResult result) => new()
    {
        Tags = result.Tags,
        Id = result.Id,
        Digest = result.Digest,
        Location = result.Location,
        Buildpacks = result.Buildpacks,
        Processes = [.. result.Processes.Select(LoggedProcess.From)],
        LayersReused = result.LayersReused,
        LayersAdded = result.LayersAdded,
        BytesSent = result.BytesSent,
        BytesReceived = result.BytesReceived,
    };
}

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

    /// <summary>The HTTP status of docker's or a registry's answer.</summary>
    public int? Status { get; init; }

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
            Status = failure.Status,
            Target = said.Target,
        };
    }
}

/// <summary>Writes log files.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(LogDocument))]
internal sealed partial class LogJson : JsonSerializerContext;
