using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Copies;

public sealed class PodmanToDockerCopyTests(PodmanFixture podman, DockerdFixture docker)
    : ImageCopyTests(podman, docker), IClassFixture<PodmanFixture>, IClassFixture<DockerdFixture>;

public sealed class DockerToPodmanCopyTests(DockerdFixture docker, PodmanFixture podman)
    : ImageCopyTests(docker, podman), IClassFixture<DockerdFixture>, IClassFixture<PodmanFixture>;

public sealed class PodmanToRootlessPodmanCopyTests(PodmanFixture root, RootlessPodmanFixture rootless)
    : ImageCopyTests(root, rootless), IClassFixture<PodmanFixture>, IClassFixture<RootlessPodmanFixture>;
