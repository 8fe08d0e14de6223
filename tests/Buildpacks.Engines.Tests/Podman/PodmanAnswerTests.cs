using Buildpacks.Descriptors;
using Buildpacks.Engines.Podman;
using Buildpacks.Engines.Podman.Json;

namespace Buildpacks.Engines.Tests.Podman;

/// <summary>The answers of every recorded podman are read the same way.</summary>
public sealed class PodmanAnswerTests
{
    private const string Full = "docker.io/library/full:1";

    [Theory]
    [MemberData(nameof(Recording.All), MemberType = typeof(Recording))]
    public void A_version_names_itself_and_its_platform(Recording recording)
    {
        var description = PodmanDescription.Read(PodmanAnswer.Read(recording.Answer("version"), PodmanJson.Default.PodmanVersion));

        Assert.Equal(recording.Version, description.Version);
        Assert.Equal(("linux", "amd64", false), (description.Os, description.Architecture, description.Remote));
        Assert.NotNull(description.ApiVersion);
    }

    [Theory]
    [MemberData(nameof(Recording.All), MemberType = typeof(Recording))]
    public void Info_tells_the_storage_driver_and_whether_it_is_rootless(Recording recording)
    {
        var description = PodmanDescription.Read(PodmanAnswer.Read(recording.Answer("info"), PodmanJson.Default.PodmanInfo));

        Assert.Equal((recording.Version, "overlay", false), (description.Version, description.StorageDriver, description.Rootless));
        Assert.Equal(("linux", "amd64", false), (description.Os, description.Architecture, description.Remote));
    }

    [Theory]
    [MemberData(nameof(Recording.All), MemberType = typeof(Recording))]
    public void A_list_of_images_has_names_labels_sizes_and_times(Recording recording)
    {
        var images = PodmanAnswer.ReadList(recording.Answer("images"), PodmanJson.Default.ListPodmanImage).Select(PodmanImageReader.Summary).ToList();

        var full = images.First(image => image.Tags.Contains(Full));
        Assert.Equal(new[] { Full, "localhost/full:two" }, full.Tags.Order());
        Assert.Equal("1", full.Labels["one"]);
        Assert.Matches("^sha256:[0-9a-f]{64}$", full.Id);
        Assert.Matches("^sha256:[0-9a-f]{64}$", full.Digest);
        Assert.InRange(full.Size, 1_000_000, 10_000_000);
        Assert.InRange(full.Created.Year, 2023, 2100);
        Assert.Empty(images.First(image => image.Tags.Contains("registry.example:5000/team/bare:1")).Labels);
        Assert.Empty(PodmanAnswer.ReadList(recording.Answer("images-none"), PodmanJson.Default.ListPodmanImage));
    }

    [Theory]
    [MemberData(nameof(Recording.All), MemberType = typeof(Recording))]
    public void An_inspection_has_the_config(Recording recording)
    {
        var images = PodmanAnswer.ReadList(recording.Answer("inspect"), PodmanJson.Default.ListPodmanImageDetail).Select(PodmanImageReader.Detail).ToList();

        Assert.Equal(3, images.Count);
        var full = images[0];
        Assert.Contains(Full, full.Tags);
        Assert.Contains(full.RepoDigests, digest => digest.StartsWith("docker.io/library/full@sha256:", StringComparison.Ordinal));
        Assert.Equal(("amd64", "linux"), (full.Config.Architecture, full.Config.Os));
        var config = full.Config.Config!;
        Assert.Equal(["sh", "-c"], config.Entrypoint!);
        Assert.Equal(["exit 3"], config.Cmd!);
        Assert.Equal(["PATH=/bin"], config.Env!);
        Assert.Equal(("1000:1000", "/bin"), (config.User, config.WorkingDir));
        Assert.Contains("8080", config.ExposedPorts!.Keys.Single(), StringComparison.Ordinal);
        Assert.Equal(["/data"], config.Volumes!.Keys);
        Assert.Equal("1", full.Label("one"));
        Assert.Single(full.Config.Rootfs.DiffIds);
        Assert.NotEmpty(full.Config.History!);
        Assert.NotNull(full.Config.Created);

        var bare = images[1];
        Assert.Null(bare.Config.Config?.Entrypoint);
        Assert.Null(bare.Label("one"));
        Assert.Empty(PodmanAnswer.ReadList(recording.Answer("inspect-none"), PodmanJson.Default.ListPodmanImageDetail));
    }

    [Theory]
    [MemberData(nameof(Recording.All), MemberType = typeof(Recording))]
    public void History_has_sizes_and_commands(Recording recording)
    {
        var steps = PodmanAnswer.ReadList(recording.Answer("history"), PodmanJson.Default.ListPodmanHistory);

        Assert.NotEmpty(steps);
        Assert.All(steps, step => Assert.InRange(step.Created.Year, 2023, 2100));
        Assert.Contains(steps, step => step.Size > 1_000_000);
        Assert.Contains(steps, step => step.CreatedBy?.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Recording.All), MemberType = typeof(Recording))]
    public void Volumes_have_names_labels_and_times(Recording recording)
    {
        var volumes = PodmanAnswer.ReadList(recording.Answer("volumes"), PodmanJson.Default.ListPodmanVolume);

        Assert.Equal(["labelled", "plain"], volumes.Select(volume => volume.Name).Order());
        Assert.Equal("b", volumes.Single(volume => volume.Name == "labelled").Labels["a"]);
        Assert.Empty(volumes.Single(volume => volume.Name == "plain").Labels);
        Assert.All(volumes, volume => Assert.NotNull(volume.CreatedAt));
    }

    [Theory]
    [MemberData(nameof(Recording.All), MemberType = typeof(Recording))]
    public void A_list_of_containers_has_names_states_and_labels(Recording recording)
    {
        var containers = PodmanAnswer.ReadList(recording.Answer("containers"), PodmanJson.Default.ListPodmanContainer)
            .ToDictionary(container => container.Names.Single());

        Assert.Equal(("created", "exited", "running"), (containers["waiting"].State, containers["ended"].State, containers["running"].State));
        Assert.Equal("1", containers["waiting"].Labels["session"]);
        Assert.All(containers.Values, container => Assert.Matches("^[0-9a-f]{64}$", container.Id));
        Assert.Empty(PodmanAnswer.ReadList(recording.Answer("containers-none"), PodmanJson.Default.ListPodmanContainer));
    }

    [Theory]
    [MemberData(nameof(Recording.All), MemberType = typeof(Recording))]
    public void A_container_has_its_state_and_exit_code(Recording recording)
    {
        var waiting = PodmanContainers.Detail(Read("waiting"));
        var ended = PodmanContainers.Detail(Read("ended"));
        var running = PodmanContainers.Detail(Read("running"));

        Assert.Equal(("waiting", "created", 0), (waiting.Name, waiting.Status, waiting.ExitCode));
        Assert.Equal(("ended", "exited", 3), (ended.Name, ended.Status, ended.ExitCode));
        Assert.Equal(("running", "running", 0), (running.Name, running.Status, running.ExitCode));
        Assert.Equal("1", waiting.Labels["session"]);
        Assert.Matches("^sha256:[0-9a-f]{64}$", waiting.ImageId);

        PodmanContainerDetail Read(string name) =>
            PodmanAnswer.ReadList(recording.Answer("container-" + name), PodmanJson.Default.ListPodmanContainerDetail).Single();
    }
}
