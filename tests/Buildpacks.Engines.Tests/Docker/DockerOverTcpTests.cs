using Buildpacks.Engines.Docker;
using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Stores;
using Buildpacks.Testing;
using Buildpacks.Testing.Engines;
using Buildpacks.Testing.Images;

namespace Buildpacks.Engines.Tests.Docker;

/// <summary>The same daemon on a TCP port.</summary>
public sealed class DockerOverTcpTests(DockerdFixture dockerd) : IClassFixture<DockerdFixture>
{
    private static readonly TestImage Image = new() { Name = "docker-over-tcp-tests:1" };

    [SkippableFact]
    public async Task A_container_is_filled_and_run()
    {
        dockerd.Require();
        using var forwarder = new SocketForwarder(dockerd.SocketPath);
        await using var engine = new DockerEngine(new DockerEngineOptions(forwarder.Endpoint));
        await Image.LoadAsync(engine);
        var container = await engine.Containers.CreateAsync(
            new ContainerSpec { Image = Image.Name, Network = "none", Command = ["sh", "-c", "cat /tmp/file; echo err >&2; exit 7"] }, CancellationToken.None);
        var capture = new OutputCapture();

        await engine.Containers.CopyToAsync(container, "/tmp", TestTar.Of(TestTar.File("file", "text")), CancellationToken.None);
        var exitCode = await engine.Containers.AttachAsync(container, start: true, capture, CancellationToken.None);
        var description = await engine.DescribeAsync(detail: true, CancellationToken.None);

        Assert.Equal((7, "text", "err\n"), (exitCode, capture.Output, capture.Error));
        Assert.False(description.Remote, "a loopback port is not another machine");
    }

    [SkippableFact]
    public async Task An_upload_that_is_refused_ends_with_docker_s_reason()
    {
        dockerd.Require();
        using var forwarder = new SocketForwarder(dockerd.SocketPath);
        await using var engine = new DockerEngine(new DockerEngineOptions(forwarder.Endpoint));
        await Image.LoadAsync(engine);
        var container = await engine.Containers.CreateAsync(new ContainerSpec { Image = Image.Name, Network = "none" }, CancellationToken.None);

        var failure = await Assert.ThrowsAsync<PackException>(() => engine.Containers.CopyToAsync(
            container, "/no/such/folder", TestTar.OfLargeFile("large", 256 << 20), CancellationToken.None));

        Assert.Equal(PackErrorKind.NotFound, failure.Kind);
    }
}
