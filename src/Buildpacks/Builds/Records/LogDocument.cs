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
