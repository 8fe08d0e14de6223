using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests.Publish;

[Collection(SharedEngines.Podman)]
public sealed class PublishOnPodman(BuildFixture<PodmanFixture> fixture, RegistryFixture registry, OpenRegistryFixture other)
    : FullPublishTests(fixture, registry, other), IClassFixture<RegistryFixture>, IClassFixture<OpenRegistryFixture>;

[Collection(SharedEngines.RootlessPodman)]
[Trait("Category", "Long")]
public sealed class PublishOnRootlessPodman(BuildFixture<RootlessPodmanFixture> fixture, RegistryFixture registry, OpenRegistryFixture other)
    : PublishTests(fixture, registry, other), IClassFixture<RegistryFixture>, IClassFixture<OpenRegistryFixture>;

[Collection(SharedEngines.Docker)]
[Trait("Category", "Long")]
public sealed class PublishOnDocker(BuildFixture<DockerdFixture> fixture, RegistryFixture registry, OpenRegistryFixture other)
    : FullPublishTests(fixture, registry, other), IClassFixture<RegistryFixture>, IClassFixture<OpenRegistryFixture>;
