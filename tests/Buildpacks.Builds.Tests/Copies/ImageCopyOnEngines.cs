using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Copies;

public sealed class PodmanToDockerCopyTests(PodmanFixture podman, DockerdFixture docker)
    : FullImageCopyTests(podman, docker), IClassFixture<PodmanFixture>, IClassFixture<DockerdFixture>;

public sealed class DockerToPodmanCopyTests(DockerdFixture docker, PodmanFixture podman)
    : FullImageCopyTests(docker, podman), IClassFixture<DockerdFixture>, IClassFixture<PodmanFixture>;

[Trait("Category", "Long")]
public sealed class PodmanToRootlessPodmanCopyTests(PodmanFixture root, RootlessPodmanFixture rootless)
    : ImageCopyTests(root, rootless), IClassFixture<PodmanFixture>, IClassFixture<RootlessPodmanFixture>;
