using Buildpacks.Builds.Tests.Samples;
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

    /// <summary>podman as root, podman as an ordinary user, and docker.</summary>
    public const string All = "all shared engines";

    /// <summary>podman as root, with the sample builder.</summary>
    public const string SamplesOnPodman = "samples on shared podman";

    /// <summary>docker, with the sample builder.</summary>
    public const string SamplesOnDocker = "samples on shared docker";
}

[CollectionDefinition(SharedEngines.Podman)]
public sealed class SharedPodman : ICollectionFixture<BuildFixture<PodmanFixture>>;

[CollectionDefinition(SharedEngines.RootlessPodman)]
public sealed class SharedRootlessPodman : ICollectionFixture<BuildFixture<RootlessPodmanFixture>>;

[CollectionDefinition(SharedEngines.Docker)]
public sealed class SharedDocker : ICollectionFixture<BuildFixture<DockerdFixture>>;

[CollectionDefinition(SharedEngines.All)]
public sealed class AllSharedEngines
    : ICollectionFixture<BuildFixture<PodmanFixture>>, ICollectionFixture<BuildFixture<RootlessPodmanFixture>>, ICollectionFixture<BuildFixture<DockerdFixture>>;

[CollectionDefinition(SharedEngines.SamplesOnPodman)]
public sealed class SamplesOnSharedPodman : ICollectionFixture<SampleFixture<PodmanFixture>>;

[CollectionDefinition(SharedEngines.SamplesOnDocker)]
public sealed class SamplesOnSharedDocker : ICollectionFixture<SampleFixture<DockerdFixture>>;
