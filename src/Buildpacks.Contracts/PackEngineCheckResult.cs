namespace Buildpacks;

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
