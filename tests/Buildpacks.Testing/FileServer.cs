using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Buildpacks.Testing;

/// <summary>An HTTP server on loopback with files of the test's choice: with ETags and ranges, with redirects, with connections that are cut.</summary>
public sealed class FileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    /// <summary>Starts a server.</summary>
    public FileServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The address of the root, with a slash at the end.</summary>
    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>The files by their paths.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Where paths lead that are no files.</summary>
    public ConcurrentDictionary<string, string> Redirects { get; } = new(StringComparer.Ordinal);

    /// <summary>The requests, each as its path and what of <c>If-None-Match</c>, <c>Range</c> and <c>Authorization</c> it has.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>After how many bytes of a body each of the next connections is cut.</summary>
    public ConcurrentQueue<int> Cuts { get; } = new();

    /// <summary>The status of all answers; <see langword="null"/> for that of the file.</summary>
    public int? Status { get; set; }

    /// <summary>Whether answers have an ETag.</summary>
    public bool HasTags { get; set; } = true;

    /// <summary>Whether answers state their length.</summary>
    public bool HasLengths { get; set; } = true;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving;
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await AnswerAsync(client.GetStream());
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
            {
                // The client has gone, or the test has ended.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var lines = new List<string>();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } line)
        {
            lines.Add(line);
        }

        if (lines.Count == 0)
        {
            return;
        }

        var path = lines[0].Split(' ')[1];
        var (match, range, authorization) = (Header("If-None-Match"), Header("Range"), Header("Authorization"));
        Requests.Enqueue(string.Join(' ', new[] { path, match, range, authorization }.Where(part => part is not null)));
        var (status, head, body) = Find(path, match, range);
        head += (HasLengths || status != 200 ? $"Content-Length: {body.Length}\r\n" : "") + "Connection: close\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} x\r\n{head}\r\n"), _end.Token);
        var cut = body.Length > 0 && Cuts.TryDequeue(out var count) ? count : body.Length;
        await stream.WriteAsync(body.AsMemory(0, Math.Min(cut, body.Length)), _end.Token);

        string? Header(string name) => lines.Find(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
    }

    private (int Status, string Head, byte[] Body) Find(string path, string? match, string? range)
    {
        if (Status is { } status)
        {
            return (status, "", []);
        }

        if (Redirects.TryGetValue(path, out var target))
        {
            return (302, $"Location: {target}\r\n", []);
        }

        if (!Files.TryGetValue(path, out var content))
        {
            return (404, "", []);
        }

        var tag = $"\"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content))[..8]}\"";
        var head = HasTags ? $"ETag: {tag}\r\n" : "";
        if (match == tag)
        {
            return (304, head, []);
        }

        if (range is null)
        {
            return (200, head, content);
        }

        var start = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        return (206, head + $"Content-Range: bytes {start}-{content.Length - 1}/{content.Length}\r\n", content[start..]);
    }
}
