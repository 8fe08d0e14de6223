using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Registry;

/// <summary>
/// One blob on its way up: in one request, or in chunks where requests are limited. An upload that is cut goes on where the registry
/// says it was, or begins again; one that fails or is cancelled is taken back, so that the registry keeps no part of it.
/// </summary>
internal sealed class BlobUpload(
    RegistryTransport transport, RegistryEndpoint endpoint, ImageReference image, BlobSource blob, long? chunkSize, IProgress<long>? progress)
{
    /// <summary>The size of a chunk where one request is too large: what the smallest usual limit of a proxy lets pass is less, and not worth it.</summary>
    private const long UsualChunk = 16 * 1024 * 1024;

    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BeginGrace = TimeSpan.FromSeconds(1);

    private readonly long _size = blob.Descriptor.Size;
    private long? _chunk = chunkSize;
    private Uri? _location;
    private long _offset;

    /// <summary>Puts the blob.</summary>
    public async Task<BlobTransfer> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (failures, continuations, furthest) = (0, 0, 0L);
            while (true)
            {
                PackException failure;
                TimeSpan? pause;
                try
                {
                    if (_location is null && await BeginWithGraceAsync(cancellationToken).ConfigureAwait(false))
                    {
                        return BlobTransfer.Mounted;
                    }

                    await SendAsync(cancellationToken).ConfigureAwait(false);
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
        catch
        {
            await CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Begins an upload and takes it back.</summary>
    public async Task TryBeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BeginWithGraceAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Begins an upload. One whose address never came cannot be taken back, so a cancelled one waits a moment for it.</summary>
    private async Task<bool> BeginWithGraceAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var late = new CancellationTokenSource();
        await using var registration = cancellationToken.Register(() => late.CancelAfter(BeginGrace)).ConfigureAwait(false);
        var isMounted = await BeginAsync(late.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return isMounted;
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
                _location = Location(answer) ?? throw RegistryErrors.Unexpected(endpoint, request, "it does not say where the upload goes");
                if (_chunk is { } size && answer.Header("OCI-Chunk-Min-Length") is { } least && long.TryParse(least, NumberStyles.None, CultureInfo.InvariantCulture, out var minimum))
                {
                    _chunk = Math.Max(size, minimum);
                }

                return false;
            default:
                throw await RegistryErrors.OfAsync(endpoint, request, answer, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_offset == 0 && (_chunk is null || _size <= _chunk))
        {
            await CompleteAsync(Content(_size), cancellationToken).ConfigureAwait(false);
            return;
        }

        while (_offset < _size)
        {
            await SendChunkAsync(Math.Min(_chunk ?? _size, _size - _offset), cancellationToken).ConfigureAwait(false);
        }

        await CompleteAsync(() => new ByteArrayContent([]), cancellationToken).ConfigureAwait(false);
    }

    private async Task SendChunkAsync(long length, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Patch, "BlobChunk", "") with { Address = _location, Content = Content(length) };
        using var answer = await transport.SendOnceAsync(endpoint, request, cancellationToken).ConfigureAwait(false);
        if (!answer.Message.IsSuccessStatusCode)
        {
            throw await RefusedAsync(request, answer, cancellationToken).ConfigureAwait(false);
        }

        _location = Location(answer) ?? _location;
        _offset += length;
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
        using var limit = new CancellationTokenSource(CancelLimit);
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

    private Func<HttpContent> Content(long length)
    {
        var start = _offset;
        return () =>
        {
            var content = new UploadContent(
                async token => await blob.OpenAsync(start, token).ConfigureAwait(false) ?? throw RegistryErrors.UploadCut(endpoint, image, blob.Descriptor),
                length, transport.Limits, progress is null ? null : sent => progress.Report(start + sent));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            if (start > 0 || length < _size)
            {
                // The specification's range has no unit, which .NET wants in one.
                content.Headers.TryAddWithoutValidation("Content-Range", FormattableString.Invariant($"{start}-{start + length - 1}"));
            }

            return content;
        };
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
            : throw RegistryErrors.Unexpected(endpoint, Request(HttpMethod.Post, "BlobBegin", ""), $"it wants the upload sent to {location.Host} without TLS");
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
