using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Buildpacks.Lifecycle.Images.Daemon.Http;

/// <summary>
/// HTTP/1.1 to a daemon on a unix socket that may only be opened by root. Connections are opened while this process is
/// root and used after it has become the user of the build.
/// </summary>
/// <remarks>
/// The framework's client would bring TLS, proxies and certificates with it: a third of this program's size, and libraries
/// that a static program cannot load.
/// </remarks>
internal sealed class DaemonConnection : IDisposable
{
    // One that is used all the time, and others for when the daemon closes it after a request that it refused.
    private const int Connections = 3;

    private readonly Queue<NetworkStream> spare = new();
    private readonly string socketPath;
    private NetworkStream? current;

    private DaemonConnection(string socketPath) => this.socketPath = socketPath;

    /// <summary>Opens the connections.</summary>
    /// <exception cref="IOException">The socket cannot be opened; the message names it.</exception>
    public static async Task<DaemonConnection> OpenAsync(string socketPath, CancellationToken cancellationToken)
    {
        var connection = new DaemonConnection(socketPath);
        try
        {
            while (connection.spare.Count < Connections)
            {
                connection.spare.Enqueue(await connection.ConnectAsync(cancellationToken));
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and reads the beginning of the answer. One at a time: the answer before must be disposed of.</summary>
    /// <param name="method">Such as <c>GET</c>.</param>
    /// <param name="path">The path with its query.</param>
    /// <param name="writeBody">Writes an archive as the body; <see langword="null"/> for no body.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    /// <exception cref="IOException">The daemon hung up.</exception>
    public async Task<DaemonAnswer> SendAsync(
        string method, string path, Func<Stream, Task>? writeBody, CancellationToken cancellationToken)
    {
        var stream = current ??= spare.TryDequeue(out var open) ? open : await ConnectAsync(cancellationToken);
        try
        {
            var isSent = await WriteAsync(stream, method, path, writeBody, cancellationToken);
            return await DaemonAnswer.ReadAsync(stream, isRead => Release(stream, isSent && isRead), cancellationToken);
        }
        catch
        {
            Release(stream, reusable: false);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        current?.Dispose();
        while (spare.TryDequeue(out var stream))
        {
            stream.Dispose();
        }
    }

    // Whether all was sent: a daemon that refuses says why before it hangs up, and its answer is to be read.
    private static async Task<bool> WriteAsync(
        NetworkStream stream, string method, string path, Func<Stream, Task>? writeBody, CancellationToken cancellationToken)
    {
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{method} /{path} HTTP/1.1\r\nHost: daemon\r\n"));
        head.Append(writeBody is null ? "" : "Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n").Append("\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.ToString()), cancellationToken);
        if (writeBody is null)
        {
            return true;
        }

        var body = new ChunkedWriter(stream);
        try
        {
            await writeBody(body);
            await body.EndAsync(cancellationToken);
            return true;
        }
        catch (IOException) when (body.IsBroken)
        {
            return false;
        }
    }

    private void Release(NetworkStream stream, bool reusable)
    {
        if (!reusable)
        {
            stream.Dispose();
            current = current == stream ? null : current;
        }
    }

    private async Task<NetworkStream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"the daemon's socket '{socketPath}' cannot be opened: {e.Message}", e);
        }
    }
}
