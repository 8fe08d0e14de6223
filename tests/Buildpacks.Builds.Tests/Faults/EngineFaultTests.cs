using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Faults;

[Trait("Category", "Long")]
public sealed class PodmanFaultTests(SmallBuildFixture<PodmanFixture> fixture) : AnyPodmanFaultTests(fixture), IClassFixture<SmallBuildFixture<PodmanFixture>>;

[Trait("Category", "Long")]
public sealed class RootlessPodmanFaultTests(SmallBuildFixture<RootlessPodmanFixture> fixture)
    : AnyPodmanFaultTests(fixture), IClassFixture<SmallBuildFixture<RootlessPodmanFixture>>;
