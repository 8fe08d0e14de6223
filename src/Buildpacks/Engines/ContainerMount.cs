namespace Buildpacks.Engines;

/// <summary>Something mounted into a container.</summary>
/// <param name="Kind">A named volume or a folder (or socket) of the engine's machine.</param>
/// <param name="Source">The volume's name, or the path on the engine's machine.</param>
/// <param name="Target">The absolute path in the container.</param>
/// <param name="ReadOnly">Whether the container may only read it.</param>
public sealed record ContainerMount(ContainerMountKind Kind, string Source, string Target, bool ReadOnly = false)
{
    /// <summary>Options other than <c>ro</c> and <c>rw</c>, such as <c>z</c>, in the engine's own words.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];
}
