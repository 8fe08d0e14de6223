namespace Buildpacks.Descriptors;

/// <summary>A group of buildpacks that are tried together.</summary>
public sealed record OrderGroup
{
    /// <summary>Its buildpacks, in their order.</summary>
    public IReadOnlyList<OrderEntry> Group { get; init => field = value ?? []; } = [];
}
