using System.Net.Sockets;
using System.Text;
using Buildpacks.Lifecycle.Images.Daemon;
using Buildpacks.Lifecycle.Images.Http;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Images;

/// <summary>Daemons that answer in every way HTTP allows, and in some that it does not.</summary>
public sealed class DaemonClientTests : IDisposable
{
    private const string Image = """{"Id":"sha256:1","Os":"linux","RootFS":{"Layers":["sha256:2"]}}""";

    private readonly TestFolder folder = new("daemon");
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<string> requests = [];

    public DaemonClientTests()
    {
        listener.Bind(new UnixDomainSocketEndPoint(folder["daemon.sock"]));
        listener.Listen();
    }

    public static TheoryData<string> WaysToAnswer =>
    [
        $"HTTP/1.1 200 OK\r\nContent-Length: {Image.Length}\r\n\r\n{Image}",
        $"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:{Image.Length}\r\n\r\n{Image}",
        $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{5:x}\r\n{Image[..5]}\r\n{Image.Length - 5:x};ext=1\r\n{Image[5..]}\r\n0\r\nTrailer: x\r\n\r\n",
        $"HTTP/1.1 200 OK\nContent-Length: {Image.Length}\n\n{Image}",
    ];

    public void Dispose()
    {
        listener.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(WaysToAnswer))]
    public async Task An_answer_is_read_to_its_end_and_the_connection_used_again(string answer)
    {
        using var client = await ConnectAsync();
        var serving = ServeAsync(answer, answer);

        var first = await client.InspectAsync("example.com/a:1", CancellationToken.None);
        var second = await client.InspectAsync("a b\r\nX: y", CancellationToken.None);

        Assert.Equal(("sha256:1", "sha256:1"), (first!.Id, second!.Id));
        Assert.Equal(["GET /images/example.com/a:1/json HTTP/1.1", "GET /images/a%20b%0D%0AX:%20y/json HTTP/1.1"], requests);
        await serving;
    }

    [Fact]
    public async Task An_answer_without_a_length_ends_with_the_connection_and_the_next_request_takes_another()
    {
        using var client = await ConnectAsync();
        var serving = ServeAsync($"HTTP/1.1 200 OK\r\n\r\n{Image}");
        var first = await client.InspectAsync("a", CancellationToken.None);
        await serving;
        serving = ServeAsync($"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{{}}");

        var second = await client.InspectAsync("b", CancellationToken.None);

        Assert.Equal("sha256:1", first!.Id);
        Assert.Null(second);
        await serving;
    }

    [Fact]
    public async Task Connections_are_open_before_the_socket_is_out_of_reach()
    {
        using var client = await ConnectAsync();
        File.Delete(folder["daemon.sock"]);
        var serving = ServeAsync($"HTTP/1.1 200 OK\r\n\r\n{Image}");

        Assert.NotNull(await client.InspectAsync("a", CancellationToken.None));
        await serving;
        serving = ServeAsync($"HTTP/1.1 200 OK\r\n\r\n{Image}");
        Assert.NotNull(await client.InspectAsync("a", CancellationToken.None));
        await serving;
    }

    [Fact]
    public async Task A_daemon_that_refuses_an_upload_before_its_end_is_heard()
    {
        using var client = await ConnectAsync();
        var serving = ServeAsync("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 27\r\n\r\n{\"message\":\"no space left\"}\n");

        var exception = await Assert.ThrowsAsync<IOException>(() => client.LoadAsync(WriteForEverAsync, CancellationToken.None));

        Assert.Equal("the daemon could not load the image: no space left (500)", exception.Message);
        await serving;
    }

    [Fact]
    public async Task An_error_within_a_running_answer_is_heard()
    {
        using var client = await ConnectAsync();
        var serving = ServeAsync("HTTP/1.1 200 OK\r\n\r\n{\"stream\":\"loading\"}\n{\"errorDetail\":{\"message\":\"bad layer\"},\"error\":\"bad layer\"}\n");

        var exception = await Assert.ThrowsAsync<IOException>(() => client.LoadAsync(_ => Task.CompletedTask, CancellationToken.None));

        Assert.Equal("the daemon could not load the image: bad layer", exception.Message);
        await serving;
    }

    [Fact]
    public async Task An_error_is_heard_also_when_the_daemon_hangs_up_before_the_end_of_the_archive()
    {
        using var client = await ConnectAsync();
        var serving = ServeAsync("HTTP/1.1 200 OK\r\n\r\n{\"errorDetail\":{\"message\":\"bad layer\"},\"error\":\"bad layer\"}\n");

        var exception = await Assert.ThrowsAsync<IOException>(() => client.LoadAsync(_ => serving, CancellationToken.None));

        Assert.Equal("the daemon could not load the image: bad layer", exception.Message);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n", "does not speak HTTP: 'SSH-2.0-OpenSSH'")]
    [InlineData("", "closed the connection")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Id\":", "closed the connection within its answer")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "a chunk of the length 'xyz'")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "a chunk of the length 'ffffffffffffffff'")]
    public async Task What_is_no_answer_is_an_error_that_says_so(string answer, string expected)
    {
        using var client = await ConnectAsync();
        var serving = ServeAsync(answer);

        var exception = await Assert.ThrowsAsync<IOException>(() => client.InspectAsync("a", CancellationToken.None));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        await serving;
    }

    private static async Task WriteForEverAsync(Stream body)
    {
        var noise = new byte[1 << 16];
        while (true)
        {
            await body.WriteAsync(noise);
        }
    }

    private async Task<DaemonClient> ConnectAsync() => new(await HttpConnection.OpenAsync(folder["daemon.sock"], CancellationToken.None));

    // Answers requests of one connection and closes it.
    private async Task ServeAsync(params string[] answers)
    {
        using var connection = new NetworkStream(await listener.AcceptAsync(), ownsSocket: true);
        using var reader = new StreamReader(connection, Encoding.ASCII, leaveOpen: true, bufferSize: 1);
        foreach (var answer in answers)
        {
            requests.Add(await reader.ReadLineAsync() ?? "");
            while (await reader.ReadLineAsync() is { Length: > 0 })
            {
                // The headers do not matter.
            }

            await connection.WriteAsync(Encoding.ASCII.GetBytes(answer));
        }
    }
}
