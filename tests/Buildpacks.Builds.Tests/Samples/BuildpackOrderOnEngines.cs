using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Samples;

public sealed class BuildpackOrderOnPodman(SampleFixture<PodmanFixture> fixture) : BuildpackOrderTests(fixture), IClassFixture<SampleFixture<PodmanFixture>>;

public sealed class BuildpackOrderOnRootlessPodman(SampleFixture<RootlessPodmanFixture> fixture)
    : BuildpackOrderTests(fixture), IClassFixture<SampleFixture<RootlessPodmanFixture>>;

public sealed class BuildpackOrderOnDocker(SampleFixture<DockerdFixture> fixture) : BuildpackOrderTests(fixture), IClassFixture<SampleFixture<DockerdFixture>>;
