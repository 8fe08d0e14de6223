using System.Net.Sockets;
using System.Text;
using Buildpacks.Engines.Docker;
using Buildpacks.Testing;

namespace Buildpacks.Engines.Tests.Docker;

/// <summary>A server in docker's place, for answers that a real docker gives only when something is badly wrong.</summary>
internal sealed class FakeDocker : IAsyncDisposable
{
    private readonly TestFolder _folder = new("fake");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<string, Stream, CancellationToken, Task> _answer;
    private readonly Task _serving;

    /// <summary>Begins to serve.</summary>
    /// <param name="answer">Writes the answer to a request: gets its first line. What says that it is docker is answered without it.</param>
    /// <param name="answerTimeout">How long the engine waits for answers.</param>
    public FakeDocker(Func<string, Stream, CancellationToken, Task> answer, TimeSpan? answerTimeout = null)
    {
        _answer = answer;
        _listener.Bind(new UnixDomainSocketEndPoint(_folder["docker.sock"]));
        _listener.Listen();
        _serving = ServeAsync();
        Engine = new DockerEngine(new DockerEngineOptions(new Uri("unix://" + _folder["docker.sock"])) { AnswerTimeout = answerTimeout ?? TimeSpan.FromMinutes(1) });
    }

    /// <summary>A server that gives every request the same bytes.</summary>
    public FakeDocker(byte[] answer)
        : this(async (_, stream, cancellationToken) => await stream.WriteAsync(answer, cancellationToken))
    {
    }

    /// <summary>An adapter that talks to the server.</summary>
    public DockerEngine Engine { get; }

    /// <summary>The folder of the socket.</summary>
    public string Folder => _folder.Path;

    /// <summary>The socket.</summary>
    public string SocketPath => _folder["docker.sock"];

    /// <summary>An answer of JSON.</summary>
    public static byte[] Json(string json) => Whole("200 OK", "application/json", json);

    /// <summary>An answer with its length.</summary>
    public static byte[] Whole(string status, string type, string body) => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving;
        await Engine.DisposeAsync();
        _end.Dispose();
        _folder.Dispose();
    }

    private async Task ServeAsync()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                conversations.Add(ConverseAsync(await _listener.AcceptAsync(_end.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ConverseAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            var request = await ReadHeadAsync(stream);
            if (request.Contains("/_ping", StringComparison.Ordinal))
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nConnection: close\r\nContent-Length: 2\r\n\r\nOK"u8.ToArray(), _end.Token);
                return;
            }

            await _answer(request, stream, _end.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
            // The client had enough.
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _end.Token) == 1)
        {
            head.Append((char)one[0]);
        }

        return head.ToString().Split('\r')[0];
    }
}
