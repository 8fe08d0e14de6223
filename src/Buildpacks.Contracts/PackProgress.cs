namespace Buildpacks;

/// <summary>The state of one activity at one moment.</summary>
public sealed record PackProgress
{
    /// <summary>Names the activity: records with the same id replace one another.</summary>
    public required string Id { get; init; }

    /// <summary>The id of the activity this is a part of; <see langword="null"/> for a top one.</summary>
    public string? ParentId { get; init; }

    /// <summary>What is done, such as <c>Uploading app</c>.</summary>
    public required string Activity { get; init; }

    /// <summary>How it stands, such as <c>12.4 MB</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Units done (bytes, layers); <see langword="null"/> when not counted.</summary>
    public long? Current { get; init; }

    /// <summary>Units in all; <see langword="null"/> when not known.</summary>
    public long? Total { get; init; }

    /// <summary>Whether people want to see how long it has been going on.</summary>
    public bool IsTimed { get; init; }

    /// <summary>Whether the activity has ended, well or not.</summary>
    public bool Completed { get; init; }
}
