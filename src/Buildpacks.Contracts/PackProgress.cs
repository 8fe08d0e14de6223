namespace Buildpacks;

/// <summary>The current state of one activity.</summary>
public sealed record PackProgress
{
    /// <summary>The id of the activity; a record replaces earlier records with the same id.</summary>
    public required string Id { get; init; }

    /// <summary>The id of the parent activity; <see langword="null"/> for a top-level activity.</summary>
    public string? ParentId { get; init; }

    /// <summary>The description of the activity, such as <c>Uploading app</c>.</summary>
    public required string Activity { get; init; }

    /// <summary>The status, such as <c>12.4 MB</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>The number of completed units (bytes, layers); <see langword="null"/> when not counted.</summary>
    public long? Current { get; init; }

    /// <summary>The total number of units; <see langword="null"/> when not known.</summary>
    public long? Total { get; init; }

    /// <summary>Whether to show the elapsed time.</summary>
    public bool IsTimed { get; init; }

    /// <summary>Whether the activity has ended, successfully or not.</summary>
    public bool Completed { get; init; }
}
