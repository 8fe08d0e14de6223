namespace Buildpacks.Testing;

/// <summary>
/// When a test takes something for hung. Tests wait for conditions; this limit only ends those that would wait for ever, and is longer
/// than anything takes on a machine with ten times the work that it has processors for.
/// </summary>
public static class Hang
{
    /// <summary>Longer than anything takes that does not hang.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
}
