using System.Net;
using System.Net.Sockets;
using Buildpacks.Engines.Docker;
using Buildpacks.Stores;
using Buildpacks.Testing;

namespace Buildpacks.Engines.Tests.Docker;

/// <summary>What an endpoint that is not a working docker engine comes to: each cause has its own words.</summary>
public sealed class DockerReachTests
{
    [Fact]
    public async Task A_missing_socket()
    {
        var failure = await FailureAsync(new Uri("unix:///nowhere/docker.sock"));

        Assert.Equal(("DockerUnreachable", PackErrorKind.Unreachable), (failure.ErrorId, failure.Kind));
        Assert.Contains("the socket does not exist", failure.Message, StringComparison.Ordinal);
        Assert.Contains("unix:///nowhere/docker.sock", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_without_a_listener()
    {
        using var folder = new TestFolder("socket");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(folder["docker.sock"]));
        }

        if (!File.Exists(folder["docker.sock"]))
        {
            // Newer runtimes remove the file with the socket; a plain file refuses connections just the same.
            await File.WriteAllTextAsync(folder["docker.sock"], "");
        }

        var failure = await FailureAsync(new Uri("unix://" + folder["docker.sock"]));

        Assert.Equal(("DockerUnreachable", PackErrorKind.Unreachable), (failure.ErrorId, failure.Kind));
        Assert.Contains("the connection was refused", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_TCP_port_without_a_listener()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var failure = await FailureAsync(new Uri($"tcp://127.0.0.1:{port}"));

        Assert.Equal("DockerUnreachable", failure.ErrorId);
    }

    [Fact]
    public async Task A_server_that_is_not_docker()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().ReadAtLeastAsync(new byte[16], 16);
            await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        });

        var failure = await FailureAsync(new Uri($"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"));
        await answering;

        Assert.Equal("DockerUnreachable", failure.ErrorId);
        Assert.Contains("is not a docker engine", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var options = new DockerEngineOptions(new Uri($"tcp://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"))
        {
            AnswerTimeout = TimeSpan.FromMilliseconds(300),
        };
        await using var engine = new DockerEngine(options);

        var failure = await Assert.ThrowsAsync<PackException>(() => engine.Images.ListAsync(new ImageListOptions(), CancellationToken.None));

        Assert.Equal("DockerUnreachable", failure.ErrorId);
        Assert.Contains("did not answer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_socket_that_this_user_may_not_open()
    {
        var failure = DockerErrors.Translate(
            new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)SocketError.AccessDenied)),
            EngineOperation.Version,
            null,
            new Uri("unix:///var/run/docker.sock"));

        Assert.Equal(("DockerPermissionDenied", PackErrorKind.Unauthorized), (failure.ErrorId, failure.Kind));
        Assert.Contains("group", failure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_over_ssh_needs_ssh()
    {
        var failure = Assert.Throws<PackException>(() => new DockerEngine(new DockerEngineOptions(new Uri("ssh://user@host"))));

        Assert.Equal(("DockerSshNotFound", PackErrorKind.Unreachable), (failure.ErrorId, failure.Kind));
    }

    private static Task<PackException> FailureAsync(Uri endpoint) => DockerQuestion.FailureAsync(new DockerEngineOptions(endpoint));
}
