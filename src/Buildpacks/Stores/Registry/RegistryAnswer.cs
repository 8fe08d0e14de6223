using System.Net;
using System.Text.Json;
using Buildpacks.IO;

namespace Buildpacks.Stores.Registry;

/// <summary>The answer to a request. Its body is read in bounded time and memory; closing it records the request.</summary>
internal sealed class RegistryAnswer : IDisposable
{
    private const int LongestProblem = 64 * 1024;

    private readonly RegistryTransport.CallRecord _record;
    private readonly RegistryLimits _limits;
    private readonly SecretWords _secrets;

    /// <summary>Makes the answer.</summary>
    public RegistryAnswer(HttpResponseMessage message, Uri address, RegistryTransport.CallRecord record, RegistryLimits limits, SecretWords secrets)
    {
        (Message, Address, _record, _limits, _secrets) = (message, address, record, limits, secrets);
    }

    /// <summary>Status and headers.</summary>
    public HttpResponseMessage Message { get; }

    /// <summary>Where it comes from, after redirects.</summary>
    public Uri Address { get; }

    /// <summary>The status.</summary>
    public HttpStatusCode Status => Message.StatusCode;

    /// <summary>How long the registry asks to wait.</summary>
    public TimeSpan? RetryAfter => Message.Headers.RetryAfter switch
    {
        { Delta: { } delta } when delta >= TimeSpan.Zero => delta,
        { Date: { } date } => date > DateTimeOffset.UtcNow ? date - DateTimeOffset.UtcNow : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>A header's value.</summary>
    public string? Header(string name) => Message.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>The address in the header <c>Location</c>, where a registry continues an upload; <see langword="null"/> for none, and for what is not an address.</summary>
    public Uri? Location => Message.Headers.Location is { } location && Uri.TryCreate(Address, location, out var address) ? address : null;

    /// <summary>Reads the body as a document.</summary>
    /// <param name="largest">The largest size.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidDataException">It is larger.</exception>
    /// <exception cref="TimeoutException">It takes too long.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadDocumentAsync(int largest, CancellationToken cancellationToken)
    {
        if (Message.Content.Headers.ContentLength > largest)
        {
            throw new InvalidDataException($"it has more than {largest} bytes");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_limits.Document);
        try
        {
            var body = await Message.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                using var content = new MemoryStream();
                var buffer = new byte[16 * 1024];
                while (await body.ReadAsync(buffer, limit.Token).ConfigureAwait(false) is var count and > 0)
                {
                    _record.Received += count;
                    content.Write(buffer, 0, count);
                    if (content.Length > largest)
                    {
                        throw new InvalidDataException($"it has more than {largest} bytes");
                    }
                }

                return content.ToArray();
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the answer was not complete in {_limits.Document.TotalSeconds:0.#} s", exception);
        }
    }

    /// <summary>The registry's own words about a problem: one line, bounded, without secrets.</summary>
    /// <returns>The words; empty when it has none.</returns>
    public async Task<string> ReadProblemAsync(CancellationToken cancellationToken)
    {
        try
        {
            var content = await ReadDocumentAsync(LongestProblem, cancellationToken).ConfigureAwait(false);
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            var words = root.Member("errors").Items()
                .Select(error => error.Member("message").Text() is { } message ? message : error.Member("code").Text())
                .Append(root.Member("details").Text() ?? root.Member("message").Text() ?? root.Member("error_description").Text() ?? root.Member("error").Text())
                .OfType<string>()
                .Take(3);
            return StoreErrors.Quote(_secrets.Hide(string.Join("; ", words)));
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException || RegistryTransport.IsNetwork(exception))
        {
            return "";
        }
    }

    /// <summary>Opens the body for a transfer. The stream throws <see cref="TimeoutException"/> when it stalls; closing it closes the answer.</summary>
    public async Task<Stream> OpenBodyAsync(CancellationToken cancellationToken) =>
        new BodyStream(await Message.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), this, _limits);

    /// <inheritdoc/>
    public void Dispose()
    {
        Message.Dispose();
        _record.End(Status);
    }

    private sealed class BodyStream(Stream body, RegistryAnswer answer, RegistryLimits limits) : ForwardStream
    {
        private readonly StallGuard _guard = new(limits);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = body.ReadAsync(buffer, _guard.Begin(cancellationToken));
            var count = await _guard.EndAsync(read, cancellationToken).ConfigureAwait(false);
            _guard.Moved(count);
            answer._record.Received += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                body.Dispose();
                _guard.Dispose();
                answer.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

/// <summary>Ends a transfer that stalls: only the time that is spent on the network counts, not that of the other end of a pipe.</summary>
internal sealed class StallGuard(RegistryLimits limits) : IDisposable
{
    private readonly CancellationTokenSource _stalled = new();
    private CancellationTokenRegistration _registration;
    private CancellationToken _registered;
    private TimeSpan _spent;
    private long _start;
    private long _moved;

    /// <summary>Begins an operation of the network.</summary>
    /// <param name="cancellationToken">Ends it, too.</param>
    /// <returns>The token for it.</returns>
    public CancellationToken Begin(CancellationToken cancellationToken)
    {
        // A transfer has one token all along; a new linked one for each read would be most of the work.
        if (cancellationToken != _registered)
        {
            _registration.Dispose();
            _registered = cancellationToken;
            _registration = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _stalled);
        }

        _start = Environment.TickCount64;
        _stalled.CancelAfter(limits.Stall > _spent ? limits.Stall - _spent : TimeSpan.Zero);
        return _stalled.Token;
    }

    /// <summary>Waits for the operation.</summary>
    /// <exception cref="TimeoutException">The transfer stalls.</exception>
    public async ValueTask<int> EndAsync(ValueTask<int> operation, CancellationToken cancellationToken)
    {
        try
        {
            return await operation.ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"fewer than {limits.StallBytes} bytes moved in {limits.Stall.TotalSeconds:0.#} s", exception);
        }
        finally
        {
            _stalled.CancelAfter(Timeout.InfiniteTimeSpan);
            _spent += TimeSpan.FromMilliseconds(Environment.TickCount64 - _start);
        }
    }

    /// <summary>Waits for the operation.</summary>
    /// <exception cref="TimeoutException">The transfer stalls.</exception>
    public async ValueTask EndAsync(ValueTask operation, CancellationToken cancellationToken) =>
        await EndAsync(Counted(operation), cancellationToken).ConfigureAwait(false);

    /// <summary>Counts bytes that moved.</summary>
    public void Moved(int count)
    {
        _moved += count;
        if (_moved >= limits.StallBytes)
        {
            (_moved, _spent) = (0, TimeSpan.Zero);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _stalled.Dispose();
    }

    private static async ValueTask<int> Counted(ValueTask operation)
    {
        await operation.ConfigureAwait(false);
        return 0;
    }
}
