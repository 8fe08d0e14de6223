using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Registry;

/// <summary>
/// One blob on its way up: in one request, or in chunks where requests are limited. An upload that is cut goes on where the registry
/// says it was, or begins again; one that fails or is cancelled is taken back, so that the registry keeps no part of it.
/// </summary>
/// <remarks>
/// A small blob is read before it is sent, in a request with its length. A larger one goes in a request without a length, as docker
/// sends it: that can end early and leave a session that can be deleted. docker's own registry forgets where a session was when a
/// request is cut: then it can neither be continued nor deleted, and the registry removes it after a week.
/// </remarks>
internal sealed class BlobUpload(
    RegistryTransport transport, RegistryEndpoint endpoint, ImageReference image, BlobSource blob, long? chunkSize, IProgress<long>? progress)
{
    /// <summary>The size of a chunk where one request is too large: what the smallest usual limit of a proxy lets pass is less, and not worth it.</summary>
    private const long UsualChunk = 16 * 1024 * 1024;

    /// <summary>The largest blob that is read before it is sent.</summary>
    private const int Small = 1024 * 1024;

    private static readonly MediaTypeHeaderValue BinaryType = new("application/octet-stream");

    private readonly long _size = blob.Descriptor.Size;
    private long? _chunk = chunkSize;
    private Uri? _location;
    private long _offset;

    /// <summary>Puts the blob.</summary>
    public Task<BlobTransfer> RunAsync(CancellationToken cancellationToken) => InGoodOrderAsync(RunAsync, cancellationToken);

    /// <summary>Begins an upload and takes it back.</summary>
    public Task TryBeginAsync(CancellationToken cancellationToken) => InGoodOrderAsync(
        async (_, late) =>
        {
            await BeginAsync(late).ConfigureAwait(false);
            await CancelAsync().ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>
    /// Runs with two tokens: the caller's, and one that follows it after a moment. An upload whose address never came, and a request that
    /// is cut, leave something in the registry; both are given that moment. Then the upload is taken back.
    /// </summary>
    private async Task<T> InGoodOrderAsync<T>(Func<CancellationToken, CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var late = new CancellationTokenSource();
        await using var registration = cancellationToken.Register(() => late.CancelAfter(transport.Limits.CancelGrace)).ConfigureAwait(false);
        try
        {
            return await run(cancellationToken, late.Token).ConfigureAwait(false);
        }
        catch
        {
            await CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<BlobTransfer> RunAsync(CancellationToken cancellationToken, CancellationToken late)
    {
        var (failures, continuations, furthest) = (0, 0, 0L);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            PackException failure;
            TimeSpan? pause;
            try
            {
                if (_location is null && await BeginAsync(late).ConfigureAwait(false))
                {
                    return BlobTransfer.Mounted;
                }

                cancellationToken.ThrowIfCancellationRequested();
                await SendAsync(cancellationToken, late).ConfigureAwait(false);
                return BlobTransfer.Sent;
            }
            catch (InterruptedException interrupted)
            {
                (failure, pause) = (interrupted.Failure, interrupted.Pause);
            }
            catch (Exception exception) when (RegistryTransport.IsNetwork(exception))
            {
                (failure, pause) = (transport.Unreachable(endpoint, Request(HttpMethod.Put, "BlobUpload", ""), exception), null);
            }

            await FindOffsetAsync(cancellationToken).ConfigureAwait(false);
            failures = _offset > furthest ? 0 : failures + 1;
            furthest = Math.Max(furthest, _offset);
            if (failures > transport.Limits.Retries || ++continuations > transport.Limits.Continuations || pause > transport.Limits.LongestRetryAfter)
            {
                throw failure;
            }

            await Task.Delay(pause ?? (transport.Limits.RetryDelay * Math.Pow(2, failures)), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Begins an upload.</summary>
    /// <returns>Whether the registry mounted the blob, so that nothing is to be sent.</returns>
    private async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        if (blob.MountFrom is { } from && from.Registry == image.Registry && from.Repository != image.Repository)
        {
            var mount = Request(HttpMethod.Post, "BlobMount", $"?mount={Uri.EscapeDataString(blob.Descriptor.Digest)}&from={Uri.EscapeDataString(from.Repository)}");
            try
            {
                return await BeginAsync(mount with { Scopes = [.. mount.Scopes, $"repository:{from.Repository}:pull"] }, cancellationToken).ConfigureAwait(false);
            }
            catch (PackException exception) when (exception.Kind is PackErrorKind.Unauthorized or PackErrorKind.NotFound or PackErrorKind.Unsupported)
            {
                // A registry that does not let this repository take from the other one may well let it be written.
            }
        }

        return await BeginAsync(Request(HttpMethod.Post, "BlobBegin", ""), cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> BeginAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        using var answer = await transport.SendAsync(endpoint, request, cancellationToken).ConfigureAwait(false);
        switch (answer.Status)
        {
            case HttpStatusCode.Created:
                return true;
            case HttpStatusCode.Accepted:
                _offset = 0;
                _location = Location(answer) ?? throw RegistryErrors.Unexpected(endpoint, request, "it does not name the address of the upload");
                if (_chunk is { } size && answer.Header("OCI-Chunk-Min-Length") is { } least && long.TryParse(least, NumberStyles.None, CultureInfo.InvariantCulture, out var minimum))
                {
                    _chunk = Math.Max(size, minimum);
                }

                return false;
            default:
                throw await RegistryErrors.OfAsync(endpoint, request, answer, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken, CancellationToken late)
    {
        if (_size <= Small && (_chunk is null || _size <= _chunk))
        {
            // All of it each time, whatever the registry has of it: then it has to begin anew.
            var content = await ReadAsync(cancellationToken).ConfigureAwait(false);
            if (_offset > 0)
            {
                await CancelAsync().ConfigureAwait(false);
                await BeginAsync(late).ConfigureAwait(false);
            }

            await CompleteAsync(() => new ReadOnlyMemoryContent(content) { Headers = { ContentType = BinaryType } }, late).ConfigureAwait(false);
            progress?.Report(_size);
            return;
        }

        while (_offset < _size)
        {
            var length = Math.Min(_chunk ?? _size, _size - _offset);
            await SendPartAsync(length, hasLength: _offset > 0 || length < _size, cancellationToken, late).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        await CompleteAsync(() => new ByteArrayContent([]), late).ConfigureAwait(false);
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        var content = new byte[_size];
        try
        {
            var source = await OpenAsync(0, cancellationToken).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                await source.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.BlobUnreadable(blob.Descriptor, exception);
        }

        return content;
    }

    private async ValueTask<Stream> OpenAsync(long offset, CancellationToken cancellationToken) =>
        await blob.OpenAsync(offset, cancellationToken).ConfigureAwait(false) ?? throw RegistryErrors.UploadCut(endpoint, image, blob.Descriptor);

    private async Task SendPartAsync(long length, bool hasLength, CancellationToken cancellationToken, CancellationToken late)
    {
        UploadContent? content = null;
        var start = _offset;
        var request = Request(HttpMethod.Patch, "BlobSend", "") with
        {
            Address = _location,
            Content = () =>
            {
                content = new UploadContent(
                    token => OpenAsync(start, token), blob.Descriptor, length, hasLength, transport.Limits, progress is null ? null : sent => progress.Report(start + sent), cancellationToken);
                content.Headers.ContentType = BinaryType;
                if (hasLength)
                {
                    // The specification's range has no unit, which .NET wants in one.
                    content.Headers.TryAddWithoutValidation("Content-Range", FormattableString.Invariant($"{start}-{start + length - 1}"));
                }

                return content;
            },
        };
        using var answer = await transport.SendOnceAsync(endpoint, request, late).ConfigureAwait(false);
        if (!answer.Message.IsSuccessStatusCode)
        {
            throw await RefusedAsync(request, answer, late).ConfigureAwait(false);
        }

        _location = Location(answer) ?? _location;
        _offset += content!.Sent;
        if (content.Failure is { } failure)
        {
            throw failure;
        }
    }

    private async Task CompleteAsync(Func<HttpContent> content, CancellationToken cancellationToken)
    {
        var digest = blob.Descriptor.Digest;
        var separator = _location!.Query.Length > 1 ? "&" : "?";
        var request = Request(HttpMethod.Put, "BlobUpload", "") with { Address = new Uri($"{_location.AbsoluteUri}{separator}digest={Uri.EscapeDataString(digest)}"), Content = content };
        using var answer = await transport.SendOnceAsync(endpoint, request, cancellationToken).ConfigureAwait(false);
        if (!answer.Message.IsSuccessStatusCode)
        {
            throw await RefusedAsync(request, answer, cancellationToken).ConfigureAwait(false);
        }

        _location = null;
        if (answer.Header("Docker-Content-Digest") is { } said && OciDigest.IsValid(said) && said != digest)
        {
            throw StoreErrors.DigestMismatch("the blob " + digest, "registry " + endpoint.Registry, digest, said);
        }
    }

    /// <summary>What becomes of an upload that the registry refuses to take: it goes on, begins again, goes on in chunks, or fails.</summary>
    private async Task<Exception> RefusedAsync(RegistryRequest request, RegistryAnswer answer, CancellationToken cancellationToken)
    {
        var words = await answer.ReadProblemAsync(cancellationToken).ConfigureAwait(false);
        var failure = RegistryErrors.Failed(endpoint, request, answer, words);
        if (answer.Status == HttpStatusCode.RequestEntityTooLarge && _chunk is null && _size > UsualChunk)
        {
            _chunk = UsualChunk;
            return new InterruptedException(failure, null);
        }

        // 404: the registry forgot the upload. 416: it has another part of it than was thought.
        return transport.IsTransient(answer) || answer.Status is HttpStatusCode.NotFound or HttpStatusCode.RequestedRangeNotSatisfiable
            ? new InterruptedException(failure, answer.RetryAfter)
            : failure;
    }

    /// <summary>Asks how much of a cut upload the registry has. When that is not known, the upload begins again.</summary>
    private async Task FindOffsetAsync(CancellationToken cancellationToken)
    {
        if (_location is null)
        {
            return;
        }

        try
        {
            var request = Request(HttpMethod.Get, "BlobStatus", "") with { Address = _location };
            using var answer = await transport.SendAsync(endpoint, request, cancellationToken).ConfigureAwait(false);
            if (answer.Status is HttpStatusCode.NoContent or HttpStatusCode.Accepted or HttpStatusCode.OK
                && UploadRange.Length(answer.Header("Range")) is { } length && length <= _size)
            {
                _offset = length;
                _location = Location(answer) ?? _location;
                return;
            }
        }
        catch (PackException exception) when (exception.Kind != PackErrorKind.Unauthorized)
        {
            // What follows says it better.
        }

        await CancelAsync().ConfigureAwait(false);
        _offset = 0;
    }

    private async Task CancelAsync()
    {
        if (_location is not { } location)
        {
            return;
        }

        _location = null;
        using var limit = new CancellationTokenSource(transport.Limits.CancelGrace);
        try
        {
            var request = Request(HttpMethod.Delete, "BlobCancel", "") with { Address = location };
            (await transport.SendOnceAsync(endpoint, request, limit.Token).ConfigureAwait(false)).Dispose();
        }
        catch (Exception exception) when (exception is PackException or OperationCanceledException || RegistryTransport.IsNetwork(exception))
        {
            // The registry removes what is left of uploads by itself, later.
        }
    }

    private RegistryRequest Request(HttpMethod method, string operation, string query) =>
        RegistryClient.Request(method, operation, image, "pull,push", "blobs/uploads/" + query);

    private Uri? Location(RegistryAnswer answer)
    {
        if (answer.Location is not { } location)
        {
            return null;
        }

        // A registry behind a proxy that ends TLS may not know that it was reached with it.
        return location.Scheme == Uri.UriSchemeHttps || answer.Address.Scheme == Uri.UriSchemeHttp ? location
            : location.Host == answer.Address.Host ? new UriBuilder(location) { Scheme = Uri.UriSchemeHttps, Port = answer.Address.Port }.Uri
            : throw RegistryErrors.Unexpected(endpoint, Request(HttpMethod.Post, "BlobBegin", ""), $"it requests an upload to {location.Host} without TLS");
    }

    /// <summary>An upload that can go on, or begin again.</summary>
    private sealed class InterruptedException(PackException failure, TimeSpan? pause) : Exception
    {
        public PackException Failure => failure;

        public TimeSpan? Pause => pause;
    }
}

/// <summary>What a registry says it has of an upload: <c>0-1023</c>.</summary>
internal static class UploadRange
{
    /// <summary>The number of bytes.</summary>
    /// <returns><see langword="null"/> when it is not known: registries say <c>0-0</c> of one byte and of none.</returns>
    public static long? Length(string? range) =>
        range?.Replace("bytes=", "", StringComparison.Ordinal).Split('-') is ["0", var end]
        && long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var last) && last is > 0 and < long.MaxValue
            ? last + 1
            : null;
}
