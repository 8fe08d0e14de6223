namespace Buildpacks;

/// <summary>How a check came out.</summary>
public enum PackEngineCheckResult
{
    /// <summary>All is well.</summary>
    Passed,

    /// <summary>Builds work, and something makes them slow or is going to fail.</summary>
    Warning,

    /// <summary>Builds will fail.</summary>
    Failed,

    /// <summary>There was nothing to check, or what the check needs has failed.</summary>
    Skipped,
}
