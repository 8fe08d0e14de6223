using Buildpacks.Descriptors;
using Buildpacks.Engines.Tests.Docker;
using Buildpacks.Engines.Tests.Fixtures;
using Buildpacks.Stores;
using Buildpacks.Testing.Fuzzing;

namespace Buildpacks.Engines.Tests.Fuzzing;

/// <summary>docker's answers over a real connection, broken: each is read as far as it can be, or refused as an answer.</summary>
[Collection(MemoryHungry.Name)]
public sealed class DockerFuzzTests
{
    private const string Image = """
        {"Id":"sha256:aa","RepoTags":["x:1"],"RepoDigests":["x@sha256:bb"],"Created":"2024-01-01T00:00:00.123Z","Author":"a","Architecture":"amd64","Os":"linux","Size":5,
         "Config":{"User":"1","Env":["CNB_USER_ID=1"],"Entrypoint":["/e"],"Cmd":["c"],"Labels":{"a":"b"},"ExposedPorts":{"80/tcp":{}},"Healthcheck":{"Test":["x"]},"Hostname":""},
         "RootFS":{"Type":"layers","Layers":["sha256:cc"]},"Descriptor":{"digest":"sha256:dd"}}
        """;

    private const string Info = """
        {"ServerVersion":"26.1.5","OSType":"linux","Architecture":"x86_64","Driver":"overlay2","DriverStatus":[["driver-type","io.containerd.snapshotter.v1"]],"SecurityOptions":["name=seccomp,profile=default","name=rootless"]}
        """;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Details_of_images() => await FuzzAsync(Image, async engine =>
    {
        foreach (var detail in (await engine.Images.InspectAsync(["x"], None)).Values)
        {
            ImageCatalog.FromDetail(PackEngineKind.Docker, "", detail);
            Assert.DoesNotContain(null, detail.Config.Rootfs.DiffIds);
        }
    });

    [Fact]
    public async Task Lists_of_images() => await FuzzAsync(
        """[{"Id":"sha256:aa","RepoTags":["x:1","<none>:<none>"],"RepoDigests":["x@sha256:bb"],"Created":1700000000,"Size":5,"Labels":{"a":"b"}},{"Id":"b","RepoTags":null,"Labels":null}]""",
        async engine => await ImageCatalog.ListAsync(engine, new ImageQuery { All = true }, None));

    [Fact]
    public async Task Containers_and_volumes()
    {
        await FuzzAsync("""[{"Id":"a","Names":["/n"],"State":"running","Labels":{"a":"b"}}]""", engine => engine.Containers.ListAsync("l", None));
        await FuzzAsync(
            """{"Id":"a","Name":"/n","Image":"sha256:x","State":{"Status":"exited","ExitCode":1,"OOMKilled":false},"Config":{"Labels":{"a":"b"}}}""", engine => engine.Containers.InspectAsync("c", None));
        await FuzzAsync("""{"Volumes":[{"Name":"v","CreatedAt":"2024-01-01T00:00:00Z","Labels":{"a":"b"}}],"Warnings":null}""", engine => engine.Volumes.ListAsync(None));
        await FuzzAsync("""{"Id":"a","Warnings":[]}""", engine => engine.Containers.CreateAsync(new ContainerSpec { Image = "x" }, None));
    }

    [Fact]
    public async Task Descriptions_and_histories()
    {
        await FuzzAsync("""{"Version":"26.1.5","ApiVersion":"1.45","Os":"linux","Arch":"amd64"}""", engine => engine.DescribeAsync(detail: false, None));
        await FuzzAsync(Info, engine => engine.DescribeAsync(detail: true, None));
        await FuzzAsync("""[{"Id":"a","Created":1700000000,"CreatedBy":"c","Size":1,"Comment":"","Tags":null}]""", engine => engine.Images.GetHistoryAsync("x", None));
    }

    [Fact]
    public async Task Messages_of_a_pull() => await FuzzAsync(
        """{"status":"Pulling","id":"a"}""" + "\n" + """{"status":"Downloading","id":"b","progressDetail":{"current":1,"total":2}}""" + "\n" + """{"error":"e","errorDetail":{"code":1,"message":"m"}}""",
        engine => engine.Images.PullAsync(new ImageTransfer("docker.io/library/x:1"), new Progress<EngineProgress>(), None));

    private static async Task FuzzAsync(string valid, Func<IEngine, Task> ask)
    {
        var answer = valid;
        await using var docker = new FakeDocker(async (_, stream, cancellationToken) => await stream.WriteAsync(FakeDocker.Json(answer), cancellationToken));
        await Task.Run(() => Fuzzer.OfJson("docker answer", [valid], inputs: 150).Run(text =>
        {
            answer = text;
            ask(docker.Engine).GetAwaiter().GetResult();
        }));
    }
}
