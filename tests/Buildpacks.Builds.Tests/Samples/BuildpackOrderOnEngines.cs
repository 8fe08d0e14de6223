using Buildpacks.Builds.Tests.Support;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Samples;

[Trait("Category", "Long")]
[Collection(SharedEngines.SamplesOnPodman)]
public sealed class BuildpackOrderOnPodman(SampleFixture<PodmanFixture> fixture) : BuildpackOrderTests(fixture);

[Collection(SharedEngines.SamplesOnDocker)]
public sealed class BuildpackOrderOnDocker(SampleFixture<DockerdFixture> fixture) : BuildpackOrderTests(fixture)
{
    [SkippableFact]
    public async Task The_daemon_route_keeps_the_order() =>
        Assert.Equal(
            ["samples/static-site"], await BuildAsync(request => request with { ExportRoute = ExportRoute.Daemon, TrustBuilder = true, TrustExtraBuildpacks = true, Buildpacks = ["samples/static-site"] }));
}
