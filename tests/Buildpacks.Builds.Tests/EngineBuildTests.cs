using Buildpacks.Builds.Tests.Support;
using Buildpacks.Builds.Tests.Load;
using Buildpacks.Testing.Builders;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Registries;

namespace Buildpacks.Builds.Tests;

[Collection(SharedEngines.Podman)]
public sealed class PodmanBuildTests(BuildFixture<PodmanFixture> fixture) : FullBuildTests(fixture);

[Collection(SharedEngines.RootlessPodman)]
public sealed class RootlessPodmanBuildTests(BuildFixture<RootlessPodmanFixture> fixture) : BuildTests(fixture);

[Collection(SharedEngines.Docker)]
public sealed class DockerBuildTests(BuildFixture<DockerdFixture> fixture) : FullBuildTests(fixture);

[Collection(SharedEngines.Podman)]
public sealed class PodmanAppInputTests(BuildFixture<PodmanFixture> fixture) : ArchiveAppInputTests(fixture);

[Collection(SharedEngines.RootlessPodman)]
public sealed class RootlessPodmanAppInputTests(BuildFixture<RootlessPodmanFixture> fixture) : AppInputTests(fixture);

[Collection(SharedEngines.Docker)]
public sealed class DockerAppInputTests(BuildFixture<DockerdFixture> fixture) : FullAppInputTests(fixture);

[Collection(SharedEngines.Podman)]
public sealed class PodmanStepwiseBuildTests(BuildFixture<PodmanFixture> fixture) : FullStepwiseBuildTests(fixture);

[Collection(SharedEngines.RootlessPodman)]
public sealed class RootlessPodmanStepwiseBuildTests(BuildFixture<RootlessPodmanFixture> fixture)
    : StepwiseBuildTests(fixture);

[Collection(SharedEngines.Podman)]
public sealed class PodmanSeparatePhasesTests(BuildFixture<PodmanFixture> fixture) : SeparatePhasesTests(fixture);

[Collection(SharedEngines.RootlessPodman)]
public sealed class RootlessPodmanSeparatePhasesTests(BuildFixture<RootlessPodmanFixture> fixture) : SeparatePhasesTests(fixture);

[Collection(SharedEngines.Docker)]
public sealed class DockerSeparatePhasesTests(BuildFixture<DockerdFixture> fixture) : SeparatePhasesTests(fixture)
{
    [SkippableFact]
    public async Task The_socket_is_in_no_container_in_which_buildpacks_run()
    {
        await using var bench = new BuildBench(Fixture);
        bench.Write("steady", "");
        bench.Write("run", ShowSurroundings);
        var request = bench.Request with { ExportRoute = ExportRoute.Daemon };
        var sink = new RecordingSink();

        var whole = await bench.BuildAsync(request);
        var separate = await bench.BuildAsync(request with { ImageName = bench.Name + "-separate", SeparatePhases = true }, sink);
        var again = await bench.BuildAsync(request with { ImageName = bench.Name + "-separate", SeparatePhases = true });

        Assert.Equal((whole.Id, whole.Id), (separate.Id, again.Id));
        Assert.Contains("CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n", sink.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("docker.sock", sink.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/launch-cache", sink.Text, StringComparison.Ordinal);
    }
}

public sealed class DockerBuildFailureTests(BuildFixture<DockerdFixture> fixture) : BuildFailureTests(fixture), IClassFixture<BuildFixture<DockerdFixture>>;

public sealed class PodmanBuildCancellationTests(BuildFixture<PodmanFixture> fixture) : FullBuildCancellationTests(fixture), IClassFixture<BuildFixture<PodmanFixture>>;

public sealed class RootlessPodmanBuildCancellationTests(BuildFixture<RootlessPodmanFixture> fixture)
    : BuildCancellationTests(fixture), IClassFixture<BuildFixture<RootlessPodmanFixture>>;

public sealed class DockerBuildCancellationTests(BuildFixture<DockerdFixture> fixture) : FullBuildCancellationTests(fixture), IClassFixture<BuildFixture<DockerdFixture>>;

[Collection(SharedEngines.Podman)]
public sealed class PodmanBuildSecurityTests(BuildFixture<PodmanFixture> fixture, RegistryFixture registry)
    : BuildSecurityTests(fixture, registry), IClassFixture<RegistryFixture>;

[Collection(SharedEngines.RootlessPodman)]
public sealed class RootlessPodmanBuildSecurityTests(BuildFixture<RootlessPodmanFixture> fixture, RegistryFixture registry)
    : BuildSecurityTests(fixture, registry), IClassFixture<RegistryFixture>;

[Collection(SharedEngines.Docker)]
public sealed class DockerBuildSecurityTests(BuildFixture<DockerdFixture> fixture, RegistryFixture registry)
    : BuildSecurityTests(fixture, registry), IClassFixture<RegistryFixture>;

[Collection(SharedEngines.Podman)]
public sealed class PodmanBuildPullTests(BuildFixture<PodmanFixture> fixture, RegistryFixture registry)
    : BuildPullTests(fixture, registry), IClassFixture<RegistryFixture>;

[Collection(SharedEngines.Docker)]
public sealed class DockerBuildPullTests(BuildFixture<DockerdFixture> fixture, RegistryFixture registry)
    : BuildPullTests(fixture, registry), IClassFixture<RegistryFixture>;

[Collection(SharedEngines.Podman)]
public sealed class PodmanBuildLogTests(BuildFixture<PodmanFixture> fixture) : BuildLogTests(fixture);

[Collection(SharedEngines.Docker)]
public sealed class DockerBuildLogTests(BuildFixture<DockerdFixture> fixture) : BuildLogTests(fixture);

public sealed class PodmanHostileAppTests(PodmanFixture fixture) : HostileAppTests(fixture), IClassFixture<PodmanFixture>;

public sealed class DockerHostileAppTests(DockerdFixture fixture) : HostileAppTests(fixture), IClassFixture<DockerdFixture>;

public sealed class PodmanLoadTests(BuildFixture<PodmanFixture> fixture) : FullLoadTests(fixture), IClassFixture<BuildFixture<PodmanFixture>>;

public sealed class RootlessPodmanLoadTests(BuildFixture<RootlessPodmanFixture> fixture) : LoadTests(fixture), IClassFixture<BuildFixture<RootlessPodmanFixture>>;

public sealed class DockerLoadTests(BuildFixture<DockerdFixture> fixture) : FullLoadTests(fixture), IClassFixture<BuildFixture<DockerdFixture>>;

[Collection(SharedEngines.Podman)]
public sealed class PodmanAppTreeTests(BuildFixture<PodmanFixture> fixture) : AppTreeTests(fixture);

[Collection(SharedEngines.RootlessPodman)]
public sealed class RootlessPodmanAppTreeTests(BuildFixture<RootlessPodmanFixture> fixture)
    : AppTreeTests(fixture);

[Collection(SharedEngines.Docker)]
public sealed class DockerAppTreeTests(BuildFixture<DockerdFixture> fixture) : AppTreeTests(fixture);

[Collection(SharedEngines.Podman)]
public sealed class PodmanOldLifecycleTests(BuildFixture<PodmanFixture> fixture, RegistryFixture registry)
    : OldLifecycleTests(fixture, registry), IClassFixture<RegistryFixture>
{
    [SkippableFact]
    public Task The_image_is_the_same_step_by_step() => BuildsAsync(stepwise: true);
}

[Collection(SharedEngines.RootlessPodman)]
public sealed class RootlessPodmanOldLifecycleTests(BuildFixture<RootlessPodmanFixture> fixture, RegistryFixture registry)
    : OldLifecycleTests(fixture, registry), IClassFixture<RegistryFixture>;

[Collection(SharedEngines.Docker)]
public sealed class DockerOldLifecycleTests(BuildFixture<DockerdFixture> fixture, RegistryFixture registry)
    : OldLifecycleTests(fixture, registry), IClassFixture<RegistryFixture>;
