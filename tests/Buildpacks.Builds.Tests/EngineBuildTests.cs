using Buildpacks.Builds.Tests.Load;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests;

public sealed class PodmanBuildTests(BuildFixture<PodmanFixture> fixture) : BuildTests(fixture), IClassFixture<BuildFixture<PodmanFixture>>;

public sealed class RootlessPodmanBuildTests(BuildFixture<RootlessPodmanFixture> fixture) : BuildTests(fixture), IClassFixture<BuildFixture<RootlessPodmanFixture>>;

public sealed class DockerBuildTests(BuildFixture<DockerdFixture> fixture) : BuildTests(fixture), IClassFixture<BuildFixture<DockerdFixture>>;

public sealed class PodmanAppInputTests(BuildFixture<PodmanFixture> fixture) : AppInputTests(fixture), IClassFixture<BuildFixture<PodmanFixture>>;

public sealed class RootlessPodmanAppInputTests(BuildFixture<RootlessPodmanFixture> fixture) : AppInputTests(fixture), IClassFixture<BuildFixture<RootlessPodmanFixture>>;

public sealed class DockerAppInputTests(BuildFixture<DockerdFixture> fixture) : AppInputTests(fixture), IClassFixture<BuildFixture<DockerdFixture>>;

public sealed class PodmanStepwiseBuildTests(BuildFixture<PodmanFixture> fixture) : StepwiseBuildTests(fixture), IClassFixture<BuildFixture<PodmanFixture>>;

public sealed class RootlessPodmanStepwiseBuildTests(BuildFixture<RootlessPodmanFixture> fixture)
    : StepwiseBuildTests(fixture), IClassFixture<BuildFixture<RootlessPodmanFixture>>;

public sealed class DockerBuildFailureTests(BuildFixture<DockerdFixture> fixture) : BuildFailureTests(fixture), IClassFixture<BuildFixture<DockerdFixture>>;

public sealed class PodmanBuildCancellationTests(BuildFixture<PodmanFixture> fixture) : BuildCancellationTests(fixture), IClassFixture<BuildFixture<PodmanFixture>>;

public sealed class RootlessPodmanBuildCancellationTests(BuildFixture<RootlessPodmanFixture> fixture)
    : BuildCancellationTests(fixture), IClassFixture<BuildFixture<RootlessPodmanFixture>>;

public sealed class DockerBuildCancellationTests(BuildFixture<DockerdFixture> fixture) : BuildCancellationTests(fixture), IClassFixture<BuildFixture<DockerdFixture>>;

public sealed class PodmanBuildSecurityTests(BuildFixture<PodmanFixture> fixture, RegistryFixture registry)
    : BuildSecurityTests(fixture, registry), IClassFixture<BuildFixture<PodmanFixture>>, IClassFixture<RegistryFixture>;

public sealed class RootlessPodmanBuildSecurityTests(BuildFixture<RootlessPodmanFixture> fixture, RegistryFixture registry)
    : BuildSecurityTests(fixture, registry), IClassFixture<BuildFixture<RootlessPodmanFixture>>, IClassFixture<RegistryFixture>;

public sealed class DockerBuildSecurityTests(BuildFixture<DockerdFixture> fixture, RegistryFixture registry)
    : BuildSecurityTests(fixture, registry), IClassFixture<BuildFixture<DockerdFixture>>, IClassFixture<RegistryFixture>;

public sealed class PodmanBuildPullTests(BuildFixture<PodmanFixture> fixture, RegistryFixture registry)
    : BuildPullTests(fixture, registry), IClassFixture<BuildFixture<PodmanFixture>>, IClassFixture<RegistryFixture>;

public sealed class DockerBuildPullTests(BuildFixture<DockerdFixture> fixture, RegistryFixture registry)
    : BuildPullTests(fixture, registry), IClassFixture<BuildFixture<DockerdFixture>>, IClassFixture<RegistryFixture>;

public sealed class PodmanBuildLogTests(BuildFixture<PodmanFixture> fixture) : BuildLogTests(fixture), IClassFixture<BuildFixture<PodmanFixture>>;

public sealed class DockerBuildLogTests(BuildFixture<DockerdFixture> fixture) : BuildLogTests(fixture), IClassFixture<BuildFixture<DockerdFixture>>;

public sealed class PodmanHostileAppTests(PodmanFixture fixture) : HostileAppTests(fixture), IClassFixture<PodmanFixture>;

public sealed class DockerHostileAppTests(DockerdFixture fixture) : HostileAppTests(fixture), IClassFixture<DockerdFixture>;

public sealed class PodmanLoadTests(BuildFixture<PodmanFixture> fixture) : LoadTests(fixture), IClassFixture<BuildFixture<PodmanFixture>>;

public sealed class RootlessPodmanLoadTests(BuildFixture<RootlessPodmanFixture> fixture) : LoadTests(fixture), IClassFixture<BuildFixture<RootlessPodmanFixture>>;

public sealed class DockerLoadTests(BuildFixture<DockerdFixture> fixture) : LoadTests(fixture), IClassFixture<BuildFixture<DockerdFixture>>;

public sealed class PodmanAppTreeTests(BuildFixture<PodmanFixture> fixture) : AppTreeTests(fixture), IClassFixture<BuildFixture<PodmanFixture>>;

public sealed class RootlessPodmanAppTreeTests(BuildFixture<RootlessPodmanFixture> fixture)
    : AppTreeTests(fixture), IClassFixture<BuildFixture<RootlessPodmanFixture>>;

public sealed class DockerAppTreeTests(BuildFixture<DockerdFixture> fixture) : AppTreeTests(fixture), IClassFixture<BuildFixture<DockerdFixture>>;
