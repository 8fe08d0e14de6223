namespace Buildpacks;

/// <summary>What one check of an engine saw, and what to do about it.</summary>
public sealed record PackEngineCheck
{
    /// <summary>The check's name, which stays the same: <c>EngineFound</c>, <c>Ulimits</c>, <c>SparseImport</c>, ….</summary>
    public required string Name { get; init; }

    /// <summary>How it came out.</summary>
    public required PackEngineCheckResult Result { get; init; }

    /// <summary>What was seen, or why nothing could be.</summary>
    public required string Evidence { get; init; }

    /// <summary>What to do; <see langword="null"/> when nothing has to be done.</summary>
    public string? Remedy { get; init; }

    /// <summary>How long the check took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The engine that was checked; <see langword="null"/> when none was found.</summary>
    public PackEngineKind? Engine { get; init; }

    /// <summary>Where the engine is reached, as <see cref="PackEngine.Endpoint"/> shows it; empty when none was found.</summary>
    public string Endpoint { get; init; } = "";
}
