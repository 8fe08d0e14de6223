using System.Diagnostics.CodeAnalysis;
using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using Docker.DotNet.NativeHttp;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Engines.Docker.Connection;

/// <summary>
/// The way to one engine: made at the first request, when the version of the API is agreed on. Docker.DotNet's client and the plain
/// HTTP client beside it share one handler, so that every request is counted.
/// </summary>
internal sealed class DockerConnection : IDisposable
{
    /// <summary>The newest version of the API this adapter was tried with.</summary>
    private static readonly Version Newest = new(1, 47);

    private readonly DockerTransport _transport;
    private readonly HttpMessageHandler _handler;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _gate = new(1);
    private DockerSession? _session;

    [SuppressMessage("Reliability", "CA2000", Justification = "The recorder owns the socket handler, and this owns the recorder.")]
    public DockerConnection(DockerEngineOptions options)
    {
        Options = options;
        _transport = new DockerTransport(options);
        var sockets = new SocketsHttpHandler();
        _transport.Configure(sockets);
        _handler = new CallRecorder(sockets, options.Observer, options.LoggerFactory.CreateLogger<DockerEngine>());
        _http = new HttpClient(_handler, disposeHandler: false) { BaseAddress = _transport.Address, Timeout = Timeout.InfiniteTimeSpan };
    }

    public DockerEngineOptions Options { get; }

    /// <summary>The session; the first call asks the engine for its version.</summary>
    public async Task<DockerSession> OpenAsync(CancellationToken cancellationToken)
    {
        if (_session is not null)
        {
            return _session;
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _session ??= await (Options.FirstQuestion is { } ask ? ask(NegotiateAsync, cancellationToken) : NegotiateAsync(cancellationToken))
                .ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc cref="DockerTransport.TlsFailure"/>
    public PackException? TlsFailure(Exception cause) => _transport.TlsFailure(cause);

    public void Dispose()
    {
        _session?.Client.Dispose();
        _http.Dispose();
        _handler.Dispose();
        _gate.Dispose();
    }

    private async Task<DockerSession> NegotiateAsync(CancellationToken cancellationToken)
    {
        using var scope = CallScope.Begin(EngineOperation.Version);
        using var answer = await _http.GetAsync(new Uri("_ping", UriKind.Relative), cancellationToken).ConfigureAwait(false);
        if (!answer.Headers.TryGetValues("Api-Version", out var values) || !Version.TryParse(values.First(), out var offered))
        {
            throw answer.StatusCode == System.Net.HttpStatusCode.BadRequest && await SaysTlsAsync(answer, cancellationToken).ConfigureAwait(false)
                ? DockerEndpointErrors.TlsRequired(Options.Endpoint.OriginalString)
                : DockerEndpointErrors.NotDocker(Options.Endpoint.OriginalString, (int)answer.StatusCode);
        }

        if (offered < OldestEngines.DockerApi)
        {
            throw DockerEndpointErrors.TooOld(Options.Endpoint.OriginalString, offered);
        }

        var version = offered < Newest ? offered : Newest;
        var client = new DockerClientBuilder()
            .WithEndpoint(new UriBuilder(_transport.Address) { Scheme = "tcp" }.Uri)
            .WithApiVersion(version)
            .WithTimeout(Timeout.InfiniteTimeSpan)
            .WithAuthProvider(new SharedHandler(_handler, _transport.UsesTls))
            .WithTransportOptions(new NativeHttpTransportOptions())
            .Build();
        return new DockerSession(client, _http, version, offered);
    }

    /// <summary>A server of Go that speaks TLS answers plain HTTP with this sentence.</summary>
    private static async Task<bool> SaysTlsAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var start = new byte[256];
        var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var count = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return System.Text.Encoding.ASCII.GetString(start, 0, count).Contains("HTTPS server", StringComparison.Ordinal);
        }
    }

    /// <summary>Gives Docker.DotNet the connection's own handler in place of the one it would make.</summary>
    private sealed class SharedHandler(HttpMessageHandler shared, bool usesTls) : IAuthProvider
    {
        public bool TlsEnabled => usesTls;

        public HttpMessageHandler ConfigureHandler(HttpMessageHandler handler)
        {
            handler.Dispose();
            return shared;
        }
    }
}
