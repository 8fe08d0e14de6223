using Buildpacks.Testing.Engines;

namespace Buildpacks.Builds.Tests.Samples;

public sealed class BuildpackOrderOnPodman(SampleFixture<PodmanFixture> fixture) : BuildpackOrderTests(fixture), IClassFixture<SampleFixture<PodmanFixture>>;

public sealed class BuildpackOrderOnDocker(SampleFixture<DockerdFixture> fixture) : BuildpackOrderTests(fixture), IClassFixture<SampleFixture<DockerdFixture>>
{
    [SkippableFact]
    public async Task The_daemon_route_keeps_the_order() =>
        Assert.Equal(
            ["samples/static-site"], await BuildAsync(request => request with { ExportRoute = ExportRoute.Daemon, TrustBuilder = true, TrustExtraBuildpacks = true, Buildpacks = ["samples/static-site"] }));
}
