using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;

namespace Buildpacks.Engines.Docker.Connection;

/// <summary>Opens the byte stream to an endpoint: a Unix socket, a named pipe or TCP.</summary>
internal sealed class DockerTransport
{
    private const int DefaultPort = 2375;

    private readonly Uri _endpoint;
    private readonly TimeSpan _timeout;

    public DockerTransport(Uri endpoint, TimeSpan timeout)
    {
        _endpoint = endpoint;
        _timeout = timeout;
        Address = _endpoint.Scheme switch
        {
            "unix" or "npipe" => new Uri("http://localhost/"),
            "tcp" or "http" => new UriBuilder("http", _endpoint.Host, _endpoint.Port > 0 ? _endpoint.Port : DefaultPort).Uri,
            "https" => throw DockerEndpointErrors.TlsUnsupported(_endpoint.OriginalString),
            "ssh" => throw DockerEndpointErrors.SshUnsupported(_endpoint.OriginalString),
            _ => throw DockerEndpointErrors.Invalid(_endpoint.OriginalString),
        };
    }

    /// <summary>The address as HTTP has it.</summary>
    public Uri Address { get; }

    /// <summary>Sets up the handler that every request goes through.</summary>
    public void Configure(SocketsHttpHandler handler)
    {
        handler.ConnectTimeout = _timeout;
        handler.MaxConnectionsPerServer = int.MaxValue;
        handler.UseCookies = false;
        handler.AllowAutoRedirect = false;

        // A stream that the caller no longer reads is cut off: reading on to save the connection could mean gigabytes.
        handler.MaxResponseDrainSize = 0;

        // A refusal (no such container, no such path) then comes before the archive is sent, not in its middle.
        handler.Expect100ContinueTimeout = TimeSpan.FromSeconds(10);
        handler.UseProxy = _endpoint.Scheme is "tcp" or "http" && !_endpoint.IsLoopback;
        handler.ConnectCallback = async (context, cancellationToken) =>
            new LateAnswerStream(await ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Connects.</summary>
    /// <param name="host">Where HTTP would go: the endpoint's host, or a proxy before it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    private async Task<Stream> ConnectAsync(DnsEndPoint host, CancellationToken cancellationToken)
    {
        if (_endpoint.Scheme == "npipe")
        {
            var pipe = new NamedPipeClientStream(
                ".", _endpoint.AbsolutePath[(_endpoint.AbsolutePath.LastIndexOf('/') + 1)..], PipeDirection.InOut, PipeOptions.Asynchronous);
            await pipe.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return pipe;
        }

        var isLocal = _endpoint.Scheme == "unix";
        var socket = isLocal
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        EndPoint place = isLocal ? new UnixDomainSocketEndPoint(Uri.UnescapeDataString(_endpoint.AbsolutePath)) : host;
        try
        {
            await socket.ConnectAsync(place, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
