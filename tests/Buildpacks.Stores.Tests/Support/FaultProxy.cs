using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Buildpacks.Stores.Tests.Support;

/// <summary>
/// A proxy in front of a registry that does to chosen requests what networks and servers do: it answers by itself, cuts, or is silent.
/// Each connection has one request.
/// </summary>
internal sealed class FaultProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string? _upstream;
    private readonly ConcurrentQueue<ProxyRequest> _requests = new();

    /// <summary>Starts the proxy.</summary>
    /// <param name="upstream">The registry's host and port; <see langword="null"/> when every request is answered here.</param>
    public FaultProxy(string? upstream = null)
    {
        _upstream = upstream;
        _listener.Start();
        Host = _listener.LocalEndpoint.ToString()!;
        _ = ServeAsync();
    }

    /// <summary>The proxy's host and port.</summary>
    public string Host { get; }

    /// <summary>What is done to a request. Those that it returns from without doing anything are forwarded.</summary>
    public Func<ProxyRequest, Task> Handle { get; set; } = _ => Task.CompletedTask;

    /// <summary>The requests until now.</summary>
    public IReadOnlyCollection<ProxyRequest> Requests => _requests;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                if (await ProxyRequest.ReadAsync(client, stream, _upstream, _stop.Token) is not { } request)
                {
                    return;
                }

                _requests.Enqueue(request);
                await Handle(request);
                if (!request.IsHandled)
                {
                    await request.ForwardAsync();
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client went away, or the test is over.
            }
        }
    }
}

/// <summary>A request at the proxy.</summary>
internal sealed class ProxyRequest
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly string? _upstream;
    private readonly string[] _lines;
    private readonly CancellationToken _stop;

    private ProxyRequest(TcpClient client, NetworkStream stream, string? upstream, string[] lines, CancellationToken stop)
    {
        (_client, _stream, _upstream, _lines, _stop) = (client, stream, upstream, lines, stop);
        (Method, Target) = (lines[0].Split(' ')[0], lines[0].Split(' ')[1]);
    }

    public string Method { get; }

    public string Target { get; }

    public bool IsHandled { get; private set; }

    public bool IsChunked => Header("Transfer-Encoding") == "chunked";

    /// <summary>Whether there is a body of more than a megabyte, or of a length that is not said.</summary>
    public bool HasLargeBody => IsChunked || BodyLength > 1_000_000;

    public long BodyLength => long.Parse(Header("Content-Length") ?? "0", CultureInfo.InvariantCulture);

    public static async Task<ProxyRequest?> ReadAsync(TcpClient client, NetworkStream stream, string? upstream, CancellationToken stop)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n'))
        {
            // The hello of TLS is no request: its sender finds out that this is plain HTTP.
            if (await stream.ReadAsync(one, stop) == 0 || (head.Count == 0 && one[0] == 22))
            {
                return null;
            }

            head.Add(one[0]);
        }

        return new ProxyRequest(client, stream, upstream, Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries), stop);
    }

    public string? Header(string name) =>
        _lines.Skip(1).FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    /// <summary>Answers.</summary>
    public Task AnswerAsync(int status, string headers = "", string body = "") =>
        SendAsync($"HTTP/1.1 {status} Test\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}", readBody: true);

    /// <summary>Answers with whatever is given.</summary>
    public async Task SendAsync(string answer, bool readBody = false)
    {
        IsHandled = true;
        if (readBody)
        {
            await CopyBodyAsync(Stream.Null, long.MaxValue);
        }

        await _stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _stop);
    }

    /// <summary>Answers with bytes, and reads the body first as far as it says how long it is.</summary>
    public async Task SendBytesAsync(byte[] answer)
    {
        IsHandled = true;
        await CopyBodyAsync(Stream.Null, long.MaxValue);
        await _stream.WriteAsync(answer, _stop);
    }

    /// <summary>Sends bytes until the client has enough.</summary>
    public async Task SendEndlesslyAsync(byte[] bytes, TimeSpan pause = default)
    {
        while (true)
        {
            await _stream.WriteAsync(bytes, _stop);
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _stop);
            }
        }
    }

    /// <summary>Says nothing until the client has gone.</summary>
    public async Task StaySilentAsync()
    {
        IsHandled = true;
        var buffer = new byte[4096];
        while (await _stream.ReadAsync(buffer, _stop) > 0)
        {
        }
    }

    /// <summary>Ends the connection at once.</summary>
    public void Cut()
    {
        IsHandled = true;
        _client.Client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    /// <summary>Gives the request to the registry, and the answer to the client, both cut where it is said.</summary>
    public async Task ForwardAsync(long? bodyLimit = null, long? answerLimit = null)
    {
        IsHandled = true;
        using var registry = new TcpClient();
        var parts = _upstream!.Split(':');
        await registry.ConnectAsync(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), _stop);
        var up = registry.GetStream();
        await up.WriteAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", _lines.Append("Connection: close")) + "\r\n\r\n"), _stop);
        if (!await CopyBodyAsync(up, bodyLimit ?? long.MaxValue))
        {
            // The registry sees a client that goes away; what it got until then it keeps.
            registry.Client.Shutdown(SocketShutdown.Send);
            await CopyAsync(up, Stream.Null, long.MaxValue);
            Cut();
            return;
        }

        await CopyAsync(up, _stream, answerLimit ?? long.MaxValue);
        if (answerLimit is not null)
        {
            Cut();
        }
    }

    /// <summary>Reads the body up to a limit, and cuts.</summary>
    public async Task<byte[]> ReadBodyAsync(long limit = long.MaxValue)
    {
        using var content = new MemoryStream();
        await CopyBodyAsync(content, limit, withFrames: false);
        return content.ToArray();
    }

    /// <summary>Copies the body, as far as it is wanted.</summary>
    /// <returns>Whether all of it was copied.</returns>
    private async Task<bool> CopyBodyAsync(Stream to, long limit, bool withFrames = true)
    {
        if (!IsChunked)
        {
            await CopyAsync(_stream, to, Math.Min(BodyLength, limit));
            return limit >= BodyLength;
        }

        while (true)
        {
            var line = await ReadLineAsync();
            var size = long.Parse(line, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (withFrames)
            {
                await to.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _stop);
            }

            await CopyAsync(_stream, to, Math.Min(size, limit));
            if (limit < size)
            {
                return false;
            }

            limit -= size;
            await ReadLineAsync();
            if (withFrames)
            {
                await to.WriteAsync("\r\n"u8.ToArray(), _stop);
            }

            if (size == 0)
            {
                return true;
            }
        }
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await _stream.ReadAsync(one, _stop) > 0 && one[0] != '\n')
        {
            line.Append((char)one[0]);
        }

        return line.ToString().TrimEnd('\r');
    }

    private async Task CopyAsync(Stream from, Stream to, long count)
    {
        var buffer = new byte[32 * 1024];
        while (count > 0 && await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), _stop) is var read and > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), _stop);
            count -= read;
        }
    }
}
