namespace Buildpacks.Descriptors;

/// <summary>A list of system buildpacks.</summary>
public sealed record SystemBuildpacks
{
    /// <summary>The buildpacks, in their order.</summary>
    public IReadOnlyList<OrderEntry> Buildpacks { get; init => field = value ?? []; } = [];
}
