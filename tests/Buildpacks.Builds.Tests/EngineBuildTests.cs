using Buildpacks.Builds.Tests.Support;
using Buildpacks.Builds.Tests.Load;
using Buildpacks.Stores;
using Buildpacks.Testing;
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
[Trait("Category", "Long")]
public sealed class RootlessPodmanAppInputTests(BuildFixture<RootlessPodmanFixture> fixture) : AppInputTests(fixture);

[Collection(SharedEngines.Docker)]
public sealed class DockerAppInputTests(BuildFixture<DockerdFixture> fixture) : FullAppInputTests(fixture);

[Collection(SharedEngines.Podman)]
public sealed class PodmanStepwiseBuildTests(BuildFixture<PodmanFixture> fixture) : FullStepwiseBuildTests(fixture);

[Collection(SharedEngines.RootlessPodman)]
[Trait("Category", "Long")]
public sealed class RootlessPodmanStepwiseBuildTests(BuildFixture<RootlessPodmanFixture> fixture)
    : StepwiseBuildTests(fixture);

[Collection(SharedEngines.Podman)]
public sealed class PodmanSeparatePhasesTests(BuildFixture<PodmanFixture> fixture) : SeparatePhasesTests(fixture);

[Collection(SharedEngines.RootlessPodman)]
[Trait("Category", "Long")]
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
        var request = bench.Request with { ExportRoute = ExportRoute.Daemon, TrustBuilder = true };
        var sink = new RecordingSink();

        var whole = await bench.BuildAsync(request);
        var separate = await bench.BuildAsync(request with { ImageName = bench.Name + "-separate", SeparatePhases = true }, sink);
        var again = await bench.BuildAsync(request with { ImageName = bench.Name + "-separate", SeparatePhases = true });

        Assert.Equal((whole.Id, whole.Id), (separate.Id, again.Id));
        Assert.Contains("CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\n", sink.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("docker.sock", sink.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/launch-cache", sink.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Buildpacks_that_are_not_trusted_get_a_container_without_the_socket()
    {
        await using var bench = new BuildBench(Fixture);
        var folder = bench.Folder("extra");
        Directory.CreateDirectory(folder + "/bin");
        await File.WriteAllTextAsync(folder + "/buildpack.toml", "api = '0.10'\n[buildpack]\nid = 'test/extra'\nversion = '1'\n");
        foreach (var name in new[] { "detect", "build" })
        {
            await File.WriteAllTextAsync($"{folder}/bin/{name}", "#!/bin/sh\n[ ! -e /var/run/docker.sock ] || echo there is a socket\n");
            File.SetUnixFileMode($"{folder}/bin/{name}", (UnixFileMode)0b111_101_101);
        }

        var request = bench.Request with { ExportRoute = ExportRoute.Daemon, TrustBuilder = true, PostBuildpacks = [folder] };
        var (apart, trusted) = (new RecordingSink(), new RecordingSink());

        await bench.BuildAsync(request, apart);
        await bench.BuildAsync(request with { TrustExtraBuildpacks = true }, trusted);

        Assert.DoesNotContain("there is a socket", apart.Text, StringComparison.Ordinal);
        Assert.Contains("there is a socket", trusted.Text, StringComparison.Ordinal);
    }
}

public sealed class DockerBuildFailureTests(BuildFixture<DockerdFixture> fixture) : BuildFailureTests(fixture), IClassFixture<BuildFixture<DockerdFixture>>;

public sealed class PodmanBuildCancellationTests(BuildFixture<PodmanFixture> fixture) : FullBuildCancellationTests(fixture), IClassFixture<BuildFixture<PodmanFixture>>;

[Trait("Category", "Long")]
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

[Trait("Category", "Long")]
public sealed class PodmanLoadTests(BuildFixture<PodmanFixture> fixture) : FullLoadTests(fixture), IClassFixture<BuildFixture<PodmanFixture>>;

[Trait("Category", "Long")]
public sealed class RootlessPodmanLoadTests(BuildFixture<RootlessPodmanFixture> fixture) : LoadTests(fixture), IClassFixture<BuildFixture<RootlessPodmanFixture>>;

[Trait("Category", "Long")]
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

    [SkippableFact]
    public async Task The_image_can_go_into_a_layout_folder()
    {
        var builder = await OldBuilder.MakeAsync(fixture, "0.9");
        await using var bench = new BuildBench(fixture);
        var place = new ImageFilePlace(PackImageFormat.Layout, bench.Folder("files") + "/image");
        var request = bench.Request with { Builder = builder, ImageName = place.ToString(), Target = place };

        var built = await bench.BuildAsync(request);
        var again = await bench.BuildAsync(request);

        Assert.Equal((ExportRoute.Registry, true, built.Digest), (built.ExportRoute, again.Unchanged, again.Digest));
        Assert.True(File.Exists(bench.Folder("files") + "/image/index.json"));
    }
}

[Collection(SharedEngines.RootlessPodman)]
[Trait("Category", "Long")]
public sealed class RootlessPodmanOldLifecycleTests(BuildFixture<RootlessPodmanFixture> fixture, RegistryFixture registry)
    : OldLifecycleTests(fixture, registry), IClassFixture<RegistryFixture>;

[Trait("Category", "Long")]
[Collection(SharedEngines.Docker)]
public sealed class DockerOldLifecycleTests(BuildFixture<DockerdFixture> fixture, RegistryFixture registry)
    : OldLifecycleTests(fixture, registry), IClassFixture<RegistryFixture>;
