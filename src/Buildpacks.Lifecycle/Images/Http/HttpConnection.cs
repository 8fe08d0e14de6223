using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Http;

/// <summary>
/// HTTP/1.1 to a daemon or to a registry of this machine. A daemon's unix socket may only be opened by root: its connections are opened
/// while this process is root and used after it has become the user of the build.
/// </summary>
/// <remarks>
/// The framework's client would bring TLS, proxies and certificates with it: a third of this program's size, and libraries
/// that a static program cannot load.
/// </remarks>
internal sealed class HttpConnection : IDisposable
{
    // One that is used all the time, and others for when the server closes it after a request that it refused.
    private const int Connections = 3;

    private readonly Queue<NetworkStream> spare = new();
    private readonly EndPoint address;
    private readonly string place;
    private readonly string headers;
    private NetworkStream? current;

    private HttpConnection(EndPoint address, string place, string headers)
    {
        this.address = address;
        this.place = place;
        this.headers = headers;
    }

    /// <summary>Reaches a registry. Nothing is opened yet.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="authorization">The value of the header that logs in; <see langword="null"/> for none.</param>
    public static HttpConnection To(IPEndPoint address, string? authorization) => new(
        address, $"the registry {address}", $"Host: {address}\r\nAccept: {MediaTypes.Manifest}, {MediaTypes.DockerManifest}, */*\r\n{(authorization is null ? "" : $"Authorization: {authorization}\r\n")}");

    /// <summary>Opens the connections to a daemon.</summary>
    /// <exception cref="IOException">The socket cannot be opened; the message names it.</exception>
    public static async Task<HttpConnection> OpenAsync(string socketPath, CancellationToken cancellationToken)
    {
        var connection = new HttpConnection(new UnixDomainSocketEndPoint(socketPath), $"the daemon's socket '{socketPath}'", "Host: daemon\r\n");
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
    /// <param name="writeBody">Writes the body; <see langword="null"/> for no body.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    /// <param name="mediaType">What the body is: an archive by default.</param>
    /// <exception cref="IOException">The server hung up.</exception>
    public async Task<HttpAnswer> SendAsync(
        string method, string path, Func<Stream, Task>? writeBody, CancellationToken cancellationToken, string mediaType = "application/x-tar")
    {
        var stream = current ??= spare.TryDequeue(out var open) ? open : await ConnectAsync(cancellationToken);
        try
        {
            var isSent = await WriteAsync(stream, method, path, mediaType, writeBody, cancellationToken);
            return await HttpAnswer.ReadAsync(stream, method != "HEAD", isRead => Release(stream, isSent && isRead), cancellationToken);
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

    // Whether all was sent: a server that refuses says why before it hangs up, and its answer is to be read.
    private async Task<bool> WriteAsync(
        NetworkStream stream, string method, string path, string mediaType, Func<Stream, Task>? writeBody, CancellationToken cancellationToken)
    {
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{method} /{path} HTTP/1.1\r\n{headers}"));
        head.Append(writeBody is not null ? $"Content-Type: {mediaType}\r\nTransfer-Encoding: chunked\r\n" : method is "POST" or "PUT" ? "Content-Length: 0\r\n" : "").Append("\r\n");
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
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"{place} cannot be opened: {e.Message}", e);
        }
    }
}
