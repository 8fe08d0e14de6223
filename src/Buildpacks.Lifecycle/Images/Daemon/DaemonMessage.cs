using System.Text.Json.Serialization;

namespace Buildpacks.Lifecycle.Images.Daemon;

/// <summary>A line of a daemon's running answer, or the reason of a refusal.</summary>
internal sealed record DaemonMessage
{
    /// <summary>Why a request was refused.</summary>
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    /// <summary>What went wrong while the answer was running already.</summary>
    [JsonPropertyName("error")]
    public string? Error { get; init; }
}
