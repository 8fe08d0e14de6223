using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Samples;

[Collection(SharedEngines.SamplesOnPodman)]
public sealed class SampleAppsOnPodman(SampleFixture<PodmanFixture> fixture) : FullSampleAppTests(fixture);

[Trait("Category", "Long")]
public sealed class SampleAppsOnRootlessPodman(SampleFixture<RootlessPodmanFixture> fixture) : SampleAppTests(fixture), IClassFixture<SampleFixture<RootlessPodmanFixture>>;

[Trait("Category", "Long")]
[Collection(SharedEngines.SamplesOnDocker)]
public sealed class SampleAppsOnDocker(SampleFixture<DockerdFixture> fixture) : SampleAppTests(fixture);
