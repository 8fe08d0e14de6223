namespace Buildpacks.Engines.Docker;

/// <summary>Times as docker's answers have them: UTC, sometimes without saying so.</summary>
internal static class DockerTimes
{
    /// <summary>A moment.</summary>
    public static DateTimeOffset Instant(DateTime time) =>
        new(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
