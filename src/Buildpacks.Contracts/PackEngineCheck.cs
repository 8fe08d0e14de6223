namespace Buildpacks;

/// <summary>The result of one check of an engine.</summary>
public sealed record PackEngineCheck
{
    /// <summary>The name of the check, which does not change between versions: <c>EngineFound</c>, <c>Ulimits</c>, <c>SparseImport</c>, ….</summary>
    public required string Name { get; init; }

    /// <summary>The result.</summary>
    public required PackEngineCheckResult Result { get; init; }

    /// <summary>The evidence for the result, or the reason why the check could not run.</summary>
    public required string Evidence { get; init; }

    /// <summary>The remedy; <see langword="null"/> when no action is needed.</summary>
    public string? Remedy { get; init; }

    /// <summary>The duration of the check.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The engine that was checked; <see langword="null"/> when none was found.</summary>
    public PackEngineKind? Engine { get; init; }

    /// <summary>The address of the engine, as in <see cref="PackEngine.Endpoint"/>; empty when none was found.</summary>
    public string Endpoint { get; init; } = "";
}

/// <summary>The result of a check.</summary>
public enum PackEngineCheckResult
{
    /// <summary>The check passed.</summary>
    Passed,

    /// <summary>Builds work, but are slow or fail in some cases.</summary>
    Warning,

    /// <summary>Builds will fail.</summary>
    Failed,

    /// <summary>The check does not apply, or it depends on a failed check.</summary>
    Skipped,
}
