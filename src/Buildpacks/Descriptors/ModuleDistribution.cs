namespace Buildpacks.Descriptors;

/// <summary>A distribution that a buildpack runs on.</summary>
public sealed record ModuleDistribution
{
    /// <summary>Its name, as <c>ID</c> of os-release: <c>debian</c>.</summary>
    public string? Name { get; init; }

    /// <summary>Its version, as <c>VERSION_ID</c> of os-release: <c>12</c>.</summary>
    public string? Version { get; init; }
}
