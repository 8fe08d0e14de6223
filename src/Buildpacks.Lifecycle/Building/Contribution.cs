using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Building;

/// <summary>What one buildpack contributed to the build.</summary>
internal sealed record Contribution
{
    /// <summary>What its build.toml has.</summary>
    public required BuildToml Build { get; init; }

    /// <summary>Its software bills of materials.</summary>
    public required IReadOnlyList<SbomFile> Sboms { get; init; }

    /// <summary>What its launch.toml has.</summary>
    public required LaunchToml Launch { get; init; }

    /// <summary>Its processes.</summary>
    public IReadOnlyList<LaunchProcess> Processes => Launch.Processes;

    /// <summary>Its labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels => Launch.Labels;

    /// <summary>Its slices.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Slices => Launch.Slices;
}
