using System.IO.Pipes;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Buildpacks.Engines.Docker.Endpoints;

namespace Buildpacks.Engines.Docker.Connection;

/// <summary>Opens the byte stream to an endpoint: a Unix socket, a named pipe, TCP with or without TLS, or ssh.</summary>
internal sealed class DockerTransport
{
    private const int DefaultPort = 2375;
    private const int DefaultTlsPort = 2376;

    private readonly Uri _endpoint;
    private readonly DockerTls? _tls;
    private readonly string? _ssh;
    private readonly TimeSpan _timeout;
    private string? _certificateProblem;

    /// <summary>Prepares the way to an endpoint.</summary>
    /// <exception cref="PackException"><c>DockerSshNotFound</c>, <c>DockerEndpointInvalid</c>.</exception>
    public DockerTransport(DockerEngineOptions options)
    {
        _endpoint = options.Endpoint;
        _timeout = options.ConnectTimeout;
        _ssh = options.Ssh;
        switch (_endpoint.Scheme)
        {
            case "unix" or "npipe":
                Address = new Uri("http://localhost/");
                break;
            case "ssh":
                Address = _ssh is null ? throw DockerEndpointErrors.SshNotFound(_endpoint.OriginalString) : new Uri("http://localhost/");
                break;
            case "tcp" or "http" or "https":
                _tls = options.Tls;
                var port = _endpoint.Scheme != "tcp" && !HasPort(_endpoint) ? -1 : _endpoint.Port;
                Address = new UriBuilder(
                    _tls is null ? "http" : "https", _endpoint.Host, port > 0 ? port : _tls is null ? DefaultPort : DefaultTlsPort).Uri;
                break;
            default:
                throw DockerEndpointErrors.Invalid(_endpoint.OriginalString);
        }
    }

    /// <summary>The address as HTTP has it.</summary>
    public Uri Address { get; }

    /// <summary>Whether TLS is spoken.</summary>
    public bool UsesTls => _tls is not null;

    /// <summary>What went wrong with TLS.</summary>
    /// <param name="cause">The failure of a request.</param>
    /// <returns><see langword="null"/> when the failure has another cause.</returns>
    public PackException? TlsFailure(Exception cause)
    {
        if (_tls is null)
        {
            return null;
        }

        if (_certificateProblem is { } problem)
        {
            return DockerEndpointErrors.TlsFailed(_endpoint.OriginalString, problem, _tls.Folder, cause);
        }

        for (var inner = cause; inner is not null; inner = inner.InnerException)
        {
            // With TLS 1.3, an engine refuses the client's certificate after the handshake.
            if (inner is AuthenticationException || inner.Message.Contains("alert", StringComparison.OrdinalIgnoreCase))
            {
                return DockerEndpointErrors.TlsFailed(
                    _endpoint.OriginalString, "the engine does not accept the certificate of this client, or does not speak TLS", _tls.Folder, cause);
            }
        }

        return null;
    }

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
        handler.UseProxy = _endpoint.Scheme is "tcp" or "http" or "https" && !_endpoint.IsLoopback;
        if (_tls is not null)
        {
            var (trust, client) = _tls.Read();
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = client is null ? null : [client],
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    !_tls.Verify || (_certificateProblem = trust.Problem(certificate as X509Certificate2, chain, errors)) is null,
            };
        }

        handler.ConnectCallback = async (context, cancellationToken) =>
            new LateAnswerStream(await ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>http and https have ports of their own, which are not docker's.</summary>
    private static bool HasPort(Uri endpoint) => !endpoint.IsDefaultPort || endpoint.OriginalString.Contains($":{endpoint.Port}", StringComparison.Ordinal);

    /// <summary>Connects.</summary>
    /// <param name="host">Where HTTP would go: the endpoint's host, or a proxy before it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    private async Task<Stream> ConnectAsync(DnsEndPoint host, CancellationToken cancellationToken)
    {
        if (_endpoint.Scheme == "ssh")
        {
            return SshStream.Open(_ssh!, _endpoint, _timeout);
        }

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
