using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Samples;

public sealed class SampleAppsOnPodman(SampleFixture<PodmanFixture> fixture) : FullSampleAppTests(fixture), IClassFixture<SampleFixture<PodmanFixture>>;

[Trait("Category", "Long")]
public sealed class SampleAppsOnRootlessPodman(SampleFixture<RootlessPodmanFixture> fixture) : SampleAppTests(fixture), IClassFixture<SampleFixture<RootlessPodmanFixture>>;

public sealed class SampleAppsOnDocker(SampleFixture<DockerdFixture> fixture) : SampleAppTests(fixture), IClassFixture<SampleFixture<DockerdFixture>>;
