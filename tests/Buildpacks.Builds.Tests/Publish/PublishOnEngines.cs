using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Publish;

public sealed class PublishOnPodman(BuildFixture<PodmanFixture> fixture, RegistryFixture registry, OpenRegistryFixture other)
    : PublishTests(fixture, registry, other), IClassFixture<BuildFixture<PodmanFixture>>, IClassFixture<RegistryFixture>, IClassFixture<OpenRegistryFixture>;

public sealed class PublishOnRootlessPodman(BuildFixture<RootlessPodmanFixture> fixture, RegistryFixture registry, OpenRegistryFixture other)
    : PublishTests(fixture, registry, other), IClassFixture<BuildFixture<RootlessPodmanFixture>>, IClassFixture<RegistryFixture>, IClassFixture<OpenRegistryFixture>;

public sealed class PublishOnDocker(BuildFixture<DockerdFixture> fixture, RegistryFixture registry, OpenRegistryFixture other)
    : PublishTests(fixture, registry, other), IClassFixture<BuildFixture<DockerdFixture>>, IClassFixture<RegistryFixture>, IClassFixture<OpenRegistryFixture>;
