using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Others;

public sealed class PodmanBesideDockerTests(BuildFixture<DockerdFixture> docker, PodmanFixture podman)
    : OtherEngineTests(docker, podman), IClassFixture<BuildFixture<DockerdFixture>>, IClassFixture<PodmanFixture>;

public sealed class DockerBesidePodmanTests(BuildFixture<PodmanFixture> podman, DockerdFixture docker)
    : OtherEngineTests(podman, docker), IClassFixture<BuildFixture<PodmanFixture>>, IClassFixture<DockerdFixture>;
