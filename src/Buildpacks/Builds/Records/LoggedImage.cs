namespace Buildpacks.Builds.Records;

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
