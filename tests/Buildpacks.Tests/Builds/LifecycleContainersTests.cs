using Buildpacks.Builds;
using Buildpacks.Builds.Phases;
using Buildpacks.Caches;
using Buildpacks.Descriptors;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Tests.Builds;

public sealed class LifecycleContainersTests
{
    [Theory]
    [InlineData(ContainerMountKind.Bind, "", true)]
    [InlineData(ContainerMountKind.Bind, "U,rprivate", true)]
    [InlineData(ContainerMountKind.Bind, "z", false)]
    [InlineData(ContainerMountKind.Bind, "U,Z", false)]
    [InlineData(ContainerMountKind.Volume, "", false)]
    public void A_folder_that_is_not_labelled_for_containers_turns_the_separation_by_labels_off(ContainerMountKind kind, string options, bool expected)
    {
        var mount = new ContainerMount(kind, "/source", "/target") { Options = options.Split(',', StringSplitOptions.RemoveEmptyEntries) };

        Assert.Equal(expected, Phase([mount]).SecurityOptions.Contains("label=disable"));
        Assert.Contains("no-new-privileges", Phase([mount]).SecurityOptions);
    }

    [Fact]
    public void Without_a_folder_the_separation_by_labels_stays_on() => Assert.Equal(["no-new-privileges"], Phase([]).SecurityOptions);

    [Theory]
    [InlineData(15, "-run /layers/run.toml")]
    [InlineData(12, "-run /layers/run.toml")]
    [InlineData(11, "-stack /layers/stack.toml")]
    public void A_run_image_that_the_user_chose_has_a_file_of_its_own(int api, string expected)
    {
        Assert.Contains($" {expected} ", Command("example.com/other"), StringComparison.Ordinal);
        Assert.DoesNotContain(expected, Command(null), StringComparison.Ordinal);

        string Command(string? runImage) => string.Join(' ', new LifecycleContainers(
            ImageReference.Parse("example.com/app:latest"), ImageReference.Parse(runImage ?? "example.com/run"), new ApiVersion(0, api), BuildCaches.Of(new CacheNames("c.build", "c.launch")), new TarOwner(1000, 1001), hasOrder: false,
            new BuildRequest { ImageName = "example.com/app", Path = ".", RunImage = runImage }).ToDaemon("builder", [], "/socket", [])[0].Command);
    }

    [Theory]
    [InlineData(9, "1700000000")]
    [InlineData(8, null)]
    public void The_creation_time_is_told_to_lifecycles_that_know_it(int api, string? expected) =>
        Assert.Equal(expected, Environment(api, request => request with { CreationTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) }).GetValueOrDefault("SOURCE_DATE_EPOCH"));

    [Theory]
    [InlineData(15, "test")]
    [InlineData(14, null)]
    public void The_execution_environment_is_told_to_lifecycles_that_know_it(int api, string? expected)
    {
        Assert.Equal(expected, Environment(api, request => request with { ExecEnv = "test" }).GetValueOrDefault("CNB_EXEC_ENV"));
        Assert.DoesNotContain("SOURCE_DATE_EPOCH", Environment(api, request => request).Keys);
    }

    [Theory]
    [InlineData(15, true)]
    [InlineData(14, false)]
    public void System_buildpacks_are_left_out_of_lifecycles_that_know_them(int api, bool expected)
    {
        Assert.Equal(expected, Command(api, request => request with { DisableSystemBuildpacks = true }).Contains(" -system /layers/system.toml ", StringComparison.Ordinal));
        Assert.DoesNotContain("-system", Command(api, request => request), StringComparison.Ordinal);
    }

    [Fact]
    public void Workspace_log_level_and_user_namespace_are_those_of_the_request()
    {
        var usual = Command(14, request => request);
        var changed = Command(14, request => request with { Workspace = "app", LogLevel = LifecycleLogLevel.Debug });

        Assert.Contains(" -app /workspace ", usual, StringComparison.Ordinal);
        Assert.DoesNotContain("-log-level", usual, StringComparison.Ordinal);
        Assert.Contains(" -app /app ", changed, StringComparison.Ordinal);
        Assert.Contains(" -log-level debug ", changed, StringComparison.Ordinal);
        Assert.False(Creator(14, request => request).UsesHostUserNamespace);
        Assert.True(Creator(14, request => request with { UsesHostUserNamespace = true }).ToSpec("name", new Dictionary<string, string>(), folder => folder).UsesHostUserNamespace);
    }

    [Fact]
    public void Folders_get_their_owners_before_the_lifecycle_starts()
    {
        var phase = Creator(14, request => request);

        var command = phase.WithOwners([("/a b", "1:2"), ("/c", "3:4")]).Command;

        Assert.Equal(["/bin/sh", "-c"], command.Take(2));
        Assert.Equal(["sh", "/a b", "1:2", "/c", "3:4", "--", .. phase.Command], command.Skip(3));
    }

    private static string Command(int api, Func<BuildRequest, BuildRequest> change) => string.Join(' ', Creator(api, change).Command);

    private static Phase Creator(int api, Func<BuildRequest, BuildRequest> change) => new LifecycleContainers(
        ImageReference.Parse("example.com/app:latest"), ImageReference.Parse("example.com/run"), new ApiVersion(0, api), BuildCaches.Of(new CacheNames("c.build", "c.launch")), new TarOwner(1000, 1001), hasOrder: false,
        change(new BuildRequest { ImageName = "example.com/app", Path = "." })).ToLayout("builder", [])[0];

    [Theory]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(15)]
    public void The_socket_is_in_no_container_in_which_buildpacks_run(int api)
    {
        var phases = Containers(api, separate: true).ToDaemon("builder", [new(ContainerMountKind.Volume, "mine", "/mine")], "/socket", []);

        Assert.Equal(["analyzer", "detector", "restorer", "builder", "exporter"], phases.Select(phase => phase.Name));
        Assert.Equal(api < 12 ? ["analyzer", "exporter"] : ["analyzer", "restorer", "exporter"], phases.Where(phase => phase.Mounts.Any(mount => mount.Source == "/socket")).Select(phase => phase.Name));
        Assert.All(phases.Where(phase => phase.Name is "detector" or "builder"), AssertIsBare);
        Assert.All(phases.Where(phase => phase.Name is not ("detector" or "builder")), phase => Assert.DoesNotContain(phase.Mounts, mount => mount.Source == "mine"));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(11)]
    public void Only_analyzer_and_exporter_reach_the_registry_of_the_build(int api)
    {
        var phases = Containers(api, separate: true).ToRegistry("builder", [], "registry.invalid/run:latest", "registry.invalid/app:latest").Select(phase => phase.Reaching("127.0.0.1:5", "login")).ToList();

        Assert.Equal(["analyzer", "detector", "restorer", "builder", "exporter"], phases.Select(phase => phase.Name));
        Assert.Equal(["analyzer", "exporter"], phases.Where(phase => phase.Network == "host").Select(phase => phase.Name));
        Assert.Equal(["analyzer", "exporter"], phases.Where(phase => phase.Environment.GetValueOrDefault("CNB_REGISTRY_AUTH") == "login").Select(phase => phase.Name));
        Assert.Equal(["analyzer", "exporter"], phases.Where(phase => phase.Command[^1] == "127.0.0.1:5/app:latest").Select(phase => phase.Name));
        Assert.DoesNotContain(phases.SelectMany(phase => phase.Command), word => word.Contains("registry.invalid", StringComparison.Ordinal) || word is "-daemon" or "-layout" or "-run");
        Assert.All(phases, phase => Assert.Equal(("1000:1001", 0), (phase.User, phase.AddedCapabilities.Count)));
    }

    [Fact]
    public void Trusted_phases_share_one_container_that_reaches_the_registry_of_the_build()
    {
        var phase = Assert.Single(Containers(9, separate: false).ToRegistry("builder", [], "registry.invalid/run:latest", "registry.invalid/app:latest")).Reaching("127.0.0.1:5", "login");

        Assert.Equal(("creator", "host", "1000:1001", "127.0.0.1:5/app:latest"), (phase.Name, phase.Network, phase.User, phase.Command[^1]));
        Assert.Contains(" -run-image 127.0.0.1:5/run:latest ", string.Join(' ', phase.Command), StringComparison.Ordinal);
    }

    [Fact]
    public void Phases_of_a_group_have_one_container_with_what_each_of_them_needs()
    {
        var phases = Containers(14, separate: true).ToLayout("builder", [new(ContainerMountKind.Volume, "mine", "/mine")]);

        var containers = phases.GroupBy(phase => phase.Group).Select(group => global::Buildpacks.Builds.Phases.Phase.Join([.. group])).ToList();

        Assert.Equal(["analyzer+restorer+exporter", "detector+builder"], containers.Select(container => container.Name));
        Assert.Equal(["/layers", "/workspace"], containers[0].SharedFolders);
        Assert.Equal((PhaseInput.Layers | PhaseInput.Cache, PhaseInput.App | PhaseInput.Platform), (containers[0].Input, containers[1].Input));
        Assert.Equal(["/cache"], containers[0].Mounts.Select(mount => mount.Target));
        AssertIsBare(containers[1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_container_that_writes_a_layout_runs_as_root_or_has_capabilities(bool separate) =>
        Assert.All(Containers(14, separate).ToLayout("builder", []), phase => Assert.Equal(
            ("1000:1001", "ALL", 0), (phase.User, string.Join(' ', phase.DroppedCapabilities), phase.AddedCapabilities.Count)));

    private static void AssertIsBare(Phase phase)
    {
        Assert.Equal(("1000:1001", 0), (phase.User, phase.AddedCapabilities.Count));
        Assert.Equal(["mine"], phase.Mounts.Select(mount => mount.Source));
    }

    private static LifecycleContainers Containers(int api, bool separate) => new(
        ImageReference.Parse("example.com/app:latest"), ImageReference.Parse("example.com/run"), new ApiVersion(0, api), BuildCaches.Of(new CacheNames("c.build", "c.launch")), new TarOwner(1000, 1001), hasOrder: false,
        new BuildRequest { ImageName = "example.com/app", Path = ".", SeparatePhases = separate });

    private static IReadOnlyDictionary<string, string> Environment(int api, Func<BuildRequest, BuildRequest> change) => new LifecycleContainers(
        ImageReference.Parse("example.com/app:latest"), ImageReference.Parse("example.com/run"), new ApiVersion(0, api), BuildCaches.Of(new CacheNames("c.build", "c.launch")), new TarOwner(1000, 1001), hasOrder: false,
        change(new BuildRequest { ImageName = "example.com/app", Path = "." })).ToLayout("builder", [])[0].Environment;

    private static Phase Phase(IReadOnlyList<ContainerMount> volumes) => new LifecycleContainers(
        ImageReference.Parse("example.com/app:latest"), ImageReference.Parse("example.com/run"), new ApiVersion(0, 14), BuildCaches.Of(new CacheNames("c.build", "c.launch")), new TarOwner(1000, 1001), hasOrder: false,
        new BuildRequest { ImageName = "example.com/app", Path = "." }).ToLayout("builder", volumes)[0];
}
