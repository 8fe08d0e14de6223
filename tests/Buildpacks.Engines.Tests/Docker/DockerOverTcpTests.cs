using Buildpacks.Engines.Docker;
using Buildpacks.Engines.Tests.Contract;
using Buildpacks.Testing.Engines;

namespace Buildpacks.Engines.Tests.Docker;

/// <summary>The same daemon on a TCP port.</summary>
public sealed class DockerOverTcpTests(DockerdFixture dockerd) : IClassFixture<DockerdFixture>
{
    [SkippableFact]
    public async Task A_container_is_filled_and_run()
    {
        dockerd.Require();
        using var forwarder = new SocketForwarder(dockerd.SocketPath);
        await using var engine = new DockerEngine(new DockerEngineOptions(forwarder.Endpoint));

        await EngineTrip.RunContainerAsync(engine);

        var description = await engine.DescribeAsync(detail: true, CancellationToken.None);
        Assert.False(description.Remote, "a loopback port is not another machine");
    }

    [SkippableFact]
    public async Task An_upload_that_is_refused_ends_with_docker_s_reason()
    {
        dockerd.Require();
        using var forwarder = new SocketForwarder(dockerd.SocketPath);
        await using var engine = new DockerEngine(new DockerEngineOptions(forwarder.Endpoint));

        await EngineTrip.UploadIsRefusedAsync(engine);
    }
}
