namespace Buildpacks.Descriptors;

/// <summary>The buildpacks that a builder puts around every group of its order.</summary>
public sealed record SystemOrder
{
    /// <summary>Buildpacks put before every group.</summary>
    public SystemBuildpacks Pre { get; init => field = value ?? new(); } = new();

    /// <summary>Buildpacks put after every group.</summary>
    public SystemBuildpacks Post { get; init => field = value ?? new(); } = new();
}
