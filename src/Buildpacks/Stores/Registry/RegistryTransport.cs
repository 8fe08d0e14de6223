using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Buildpacks.Oci;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Buildpacks.Stores.Registry;

/// <summary>A request, which can be made several times: after the registry has asked who asks, after a redirect, after a failure.</summary>
/// <param name="Method">The method.</param>
/// <param name="Operation">The operation, as <see cref="RegistryCall.Operation"/> names it.</param>
/// <param name="Image">The image that it is about.</param>
internal sealed record RegistryRequest(HttpMethod Method, string Operation, ImageReference Image)
{
    /// <summary>The path below the registry's root; not used when there is an address.</summary>
    public string Path { get; init; } = "";

    /// <summary>The whole address.</summary>
    public Uri? Address { get; init; }

    /// <summary>The rights that it needs, such as <c>repository:web:pull</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The digest of the document that the address has to have; <see langword="null"/> for any.</summary>
    public string? IfMatch { get; init; }

    /// <summary>The media types that are wanted.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>The range of bytes that is wanted.</summary>
    public RangeHeaderValue? Range { get; init; }

    /// <summary>Makes the body.</summary>
    public Func<HttpContent>? Content { get; init; }

    /// <summary>What a request to another address than the registry's is sent with. The registry's own get theirs from the authenticator.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>Whether the registry asked who asks: the first answer 401 was that question.</summary>
    public bool WasAsked { get; set; }

    /// <summary>Whether the authenticator has a part in it: not in requests for tokens, nor in the search for the registry's address.</summary>
    public bool IsOfRegistry { get; init; } = true;
}

/// <summary>Sends requests: with a login, through redirects, with repetitions, in bounded time.</summary>
internal sealed class RegistryTransport : IDisposable
{
    private readonly RegistryOptions _options;
    private readonly RegistryConnections _connections;
    private readonly ConcurrentDictionary<string, RegistryEndpoint> _endpoints = new(StringComparer.Ordinal);
    private readonly ResiliencePipeline<RegistryAnswer> _repeat;

    /// <summary>Makes the transport.</summary>
    public RegistryTransport(RegistryOptions options)
    {
        _options = options;
        _connections = new RegistryConnections(options);
        _repeat = new ResiliencePipelineBuilder<RegistryAnswer>().AddRetry(new RetryStrategyOptions<RegistryAnswer>
        {
            MaxRetryAttempts = options.Limits.Retries,
            Delay = options.Limits.RetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is { } exception ? IsTransient(exception, arguments.AttemptNumber) : IsTransient(arguments.Outcome.Result!)),
            DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result?.RetryAfter),
            OnRetry = arguments =>
            {
                arguments.Outcome.Result?.Dispose();
                return default;
            },
        }).Build();
    }

    /// <summary>The limits.</summary>
    public RegistryLimits Limits => _options.Limits;

    /// <summary>What no message may show.</summary>
    public SecretWords Secrets { get; } = new();

    /// <summary>The endpoint of a registry.</summary>
    /// <param name="host">The registry, as image names begin.</param>
    public RegistryEndpoint Endpoint(string host) => _endpoints.GetOrAdd(host, name => new RegistryEndpoint(name, this, _options));

    /// <summary>Sends a request that has the same effect when it is made twice, and repeats it when that may help.</summary>
    /// <exception cref="PackException">The registry cannot be reached, or refuses the login. Other answers are the caller's.</exception>
    public async Task<RegistryAnswer> SendAsync(RegistryEndpoint endpoint, RegistryRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await _repeat.ExecuteAsync(
                async token => await SendOnceAsync(endpoint, request, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsNetwork(exception))
        {
            throw Unreachable(endpoint, request, exception);
        }
    }

    /// <summary>Sends a request once, apart from logins and redirects.</summary>
    /// <exception cref="HttpRequestException">The connection failed.</exception>
    /// <exception cref="TimeoutException">The registry was silent.</exception>
    /// <exception cref="IOException">The body could not be sent.</exception>
    public async Task<RegistryAnswer> SendOnceAsync(RegistryEndpoint endpoint, RegistryRequest request, CancellationToken cancellationToken)
    {
        var address = request.Address ?? new Uri(await endpoint.AddressAsync(cancellationToken).ConfigureAwait(false), request.Path);
        for (var attempt = 1; ; attempt++)
        {
            var authorization = request.Authorization
                ?? (request.IsOfRegistry && endpoint.IsOwn(address) ? await endpoint.Authenticator.AuthorizeAsync(request, cancellationToken).ConfigureAwait(false) : null);
            var answer = await FollowAsync(endpoint, request, address, authorization, cancellationToken).ConfigureAwait(false);
            if (answer.Status != HttpStatusCode.Unauthorized || !request.IsOfRegistry || !endpoint.IsOwn(answer.Address))
            {
                return answer;
            }

            using (answer)
            {
                await endpoint.Authenticator.OnRefusedAsync(request, authorization, answer, attempt, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether an exception is one of the network, and not of the caller.</summary>
    public static bool IsNetwork(Exception exception) => exception is HttpRequestException or TimeoutException or IOException;

    /// <summary>Whether doing it again may help.</summary>
    public bool IsTransient(RegistryAnswer answer) =>
        answer.Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
        && !(answer.RetryAfter > Limits.LongestRetryAfter);

    /// <summary>Whether doing it again may help: not for a name that does not exist, nor for a certificate; once for a port that nobody listens to.</summary>
    public static bool IsTransient(Exception exception, int attempt) => exception switch
    {
        TimeoutException => attempt == 0,
        IOException => true,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError } => false,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => attempt == 0,
        HttpRequestException => true,
        _ => false,
    };

    /// <summary>The failure that an exception of the network becomes.</summary>
    public PackException Unreachable(RegistryEndpoint endpoint, RegistryRequest request, Exception cause) =>
        _connections.CertificateProblem(endpoint.Host) is { } problem && cause is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? RegistryErrors.CertificateRefused(endpoint, request, problem, cause)
            : RegistryErrors.Unreachable(endpoint, request, cause);

    /// <summary>Whether the certificate of a host was refused.</summary>
    public bool IsCertificateRefused(Uri address) => _connections.CertificateProblem(address.Authority) is not null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var endpoint in _endpoints.Values)
        {
            endpoint.Dispose();
        }

        _connections.Dispose();
    }

    /// <summary>Sends a request and follows its redirects. Another host gets no login, and an address without TLS is not followed from one with.</summary>
    private async Task<RegistryAnswer> FollowAsync(
        RegistryEndpoint endpoint, RegistryRequest request, Uri address, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        var current = address;
        for (var redirects = 0; ; redirects++)
        {
            var isFirst = current.Authority == address.Authority && current.Scheme == address.Scheme;
            var answer = await ExchangeAsync(endpoint, request, current, isFirst ? authorization : null, cancellationToken).ConfigureAwait(false);
            if (answer.Status is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                || answer.Message.Headers.Location is not { } location)
            {
                return answer;
            }

            answer.Dispose();
            if (redirects == Limits.Redirects)
            {
                throw RegistryErrors.Unexpected(endpoint, request, $"it redirects more than {Limits.Redirects} times");
            }

            if (!Uri.TryCreate(current, location, out var next))
            {
                throw RegistryErrors.Unexpected(endpoint, request, "it redirects to what is not an address");
            }

            if (next.Scheme != current.Scheme && next.Scheme != Uri.UriSchemeHttps)
            {
                throw RegistryErrors.Unexpected(endpoint, request, $"it redirects to {next.Host} without TLS");
            }

            // A token server has no reason to send a login elsewhere, and a body goes only where the registry said it should.
            if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head && !(request.IsOfRegistry && next.Authority == current.Authority))
            {
                throw RegistryErrors.Unexpected(endpoint, request, $"it redirects {request.Method} to {next.Host}");
            }

            current = next;
        }
    }

    private async Task<RegistryAnswer> ExchangeAsync(
        RegistryEndpoint endpoint, RegistryRequest request, Uri address, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, address) { Content = request.Content?.Invoke() };
        message.Headers.Authorization = authorization;
        message.Headers.Range = request.Range;
        if (request.IfMatch is { } digest)
        {
            message.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{digest}\""));
        }

        foreach (var type in request.Accept)
        {
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        }

        var record = new CallRecord(endpoint.Registry, request, address, _options);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (message.Content is UploadContent upload)
        {
            // While bytes go out, the upload has limits of its own.
            upload.OnSent = () => limit.CancelAfter(Limits.Answer);
        }
        else
        {
            limit.CancelAfter(Limits.Answer);
        }

        try
        {
            var response = await _connections.For(address).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            record.Sent = (message.Content as UploadContent)?.Sent ?? message.Content?.Headers.ContentLength ?? 0;
            return new RegistryAnswer(response, address, record, Limits, Secrets);
        }
        catch (Exception exception)
        {
            record.Sent = (message.Content as UploadContent)?.Sent ?? 0;
            record.End(null);

            // The handler wraps what the body throws: a blob with another digest is not a failure of the network.
            if (exception.InnerException is PackException own)
            {
                throw own;
            }

            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"there was no answer in {Limits.Answer.TotalSeconds:0.#} s", exception);
            }

            throw;
        }
    }

    /// <summary>A request that is recorded when it has ended.</summary>
    internal sealed class CallRecord(string registry, RegistryRequest request, Uri address, RegistryOptions options)
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly DateTimeOffset _started = DateTimeOffset.Now;
        private int _ended;

        /// <summary>The bytes of the request's body.</summary>
        public long Sent { get; set; }

        /// <summary>The bytes of the answer's body.</summary>
        public long Received { get; set; }

        /// <summary>Records the end.</summary>
        public void End(HttpStatusCode? status)
        {
            if (Interlocked.Exchange(ref _ended, 1) != 0)
            {
                return;
            }

            var call = new RegistryCall
            {
                Registry = registry,
                Operation = request.Operation,
                Method = request.Method.Method,
                Address = address.GetLeftPart(UriPartial.Path),
                Started = _started,
                Duration = Stopwatch.GetElapsedTime(_start),
                BytesSent = Sent,
                BytesReceived = Received,
                Status = (int?)status,
            };
            options.Observer?.Ended(call);
            if (options.Logger.IsEnabled(LogLevel.Debug))
            {
                Log(options.Logger, call);
            }
        }

#pragma warning disable CA1848 // One line for each request does not need a prepared message.
        private static void Log(ILogger logger, RegistryCall call) =>
            logger.LogDebug(
                "{Method} {Address}: {Status} in {Milliseconds} ms, {Sent} bytes sent, {Received} received",
                call.Method, call.Address, call.Status, (long)call.Duration.TotalMilliseconds, call.BytesSent, call.BytesReceived);
#pragma warning restore CA1848
    }
}

/// <summary>One registry as it is reached: its address, and its login.</summary>
internal sealed class RegistryEndpoint : IDisposable
{
    private const string DockerHubHost = "registry-1.docker.io";

    private readonly RegistryTransport _transport;
    private readonly bool _mayBePlain;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Uri? _address;

    /// <summary>Makes the endpoint.</summary>
    /// <param name="registry">The registry, as image names begin.</param>
    /// <param name="transport">Sends requests.</param>
    /// <param name="options">Says which registries may be reached without TLS.</param>
    public RegistryEndpoint(string registry, RegistryTransport transport, RegistryOptions options)
    {
        Registry = registry;
        Host = registry == ImageReference.DefaultRegistry ? DockerHubHost : registry;
        _transport = transport;
        _mayBePlain = RegistryLocations.IsLoopback(Host) || options.Locations.IsInsecure(registry);
        Authenticator = new RegistryAuthenticator(this, transport, options);
    }

    /// <summary>The registry, as image names begin.</summary>
    public string Registry { get; }

    /// <summary>The host, with its port.</summary>
    public string Host { get; }

    /// <summary>The login.</summary>
    public RegistryAuthenticator Authenticator { get; }

    /// <summary>Whether the registry did not answer, so that it is not asked again where another one will do.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>Whether an address is the registry's own.</summary>
    public bool IsOwn(Uri address) => address.Authority == _address?.Authority && address.Scheme == _address.Scheme;

    /// <summary>
    /// The registry's root. A registry of this machine, and one that was named insecure, may speak plain HTTP; TLS is tried first, and a
    /// certificate that is refused stays refused.
    /// </summary>
    public async ValueTask<Uri> AddressAsync(CancellationToken cancellationToken)
    {
        if (_address is { } known)
        {
            return known;
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _address ??= await FindAddressAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Authenticator.Dispose();
        _gate.Dispose();
    }

    private async Task<Uri> FindAddressAsync(CancellationToken cancellationToken)
    {
        var secure = new Uri($"https://{Host}/");
        if (!_mayBePlain)
        {
            return secure;
        }

        try
        {
            await PingAsync(secure, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch (Exception exception) when (RegistryTransport.IsNetwork(exception) && !_transport.IsCertificateRefused(secure))
        {
            var plain = new Uri($"http://{Host}/");
            await PingAsync(plain, cancellationToken).ConfigureAwait(false);
            return plain;
        }
    }

    private async Task PingAsync(Uri root, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Get, "Ping", ImageReference.Parse("ping")) { Address = new Uri(root, "v2/"), IsOfRegistry = false };
        using var answer = await _transport.SendOnceAsync(this, request, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>The secrets that were used, which no message may show.</summary>
internal sealed class SecretWords
{
    private const int Shortest = 4;

    private readonly ConcurrentDictionary<string, bool> _words = new(StringComparer.Ordinal);

    /// <summary>Adds a secret.</summary>
    public void Add(string? word)
    {
        if (word is { Length: >= Shortest })
        {
            _words.TryAdd(word, true);
        }
    }

    /// <summary>The text with the secrets masked.</summary>
    public string Hide(string text) => _words.Keys.OrderByDescending(word => word.Length).Aggregate(text, (masked, word) => masked.Replace(word, "***", StringComparison.Ordinal));
}
