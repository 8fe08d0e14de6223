using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Support;

/// <summary>
/// Test classes that share an engine with a builder, and run one after the other on it. A new engine takes longer than most of these tests. Classes
/// that end the engine, fill its disk or kill its processes have an engine of their own.
/// </summary>
public static class SharedEngines
{
    /// <summary>podman as root.</summary>
    public const string Podman = "shared podman";

    /// <summary>podman as an ordinary user.</summary>
    public const string RootlessPodman = "shared rootless podman";

    /// <summary>docker.</summary>
    public const string Docker = "shared docker";
}

[CollectionDefinition(SharedEngines.Podman)]
public sealed class SharedPodman : ICollectionFixture<BuildFixture<PodmanFixture>>;

[CollectionDefinition(SharedEngines.RootlessPodman)]
public sealed class SharedRootlessPodman : ICollectionFixture<BuildFixture<RootlessPodmanFixture>>;

[CollectionDefinition(SharedEngines.Docker)]
public sealed class SharedDocker : ICollectionFixture<BuildFixture<DockerdFixture>>;
