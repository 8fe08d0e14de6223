using System.Net;
using System.Net.Http.Headers;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Registry;

/// <summary>A blob, or a part of it, on its way down. A connection that is cut is continued with a range.</summary>
/// <param name="transport">Sends requests.</param>
/// <param name="endpoint">The registry.</param>
/// <param name="request">The request for the whole blob.</param>
/// <param name="blob">The blob.</param>
/// <param name="start">The first byte that is wanted.</param>
/// <param name="end">The byte after the last that is wanted.</param>
internal sealed class BlobDownload(
    RegistryTransport transport, RegistryEndpoint endpoint, RegistryRequest request, OciDescriptor blob, long start, long end) : ForwardStream
{
    private long _position = start;
    private Stream? _body;
    private int _failures;
    private int _continuations;

    /// <summary>Sends the request.</summary>
    /// <returns>Whether there is such a blob.</returns>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        var isPart = _position > 0 || end < blob.Size;
        if (_position >= end && isPart)
        {
            return true;
        }

        var wanted = isPart ? request with { Range = new RangeHeaderValue(_position, end - 1) } : request;
        var answer = await transport.SendAsync(endpoint, wanted, cancellationToken).ConfigureAwait(false);
        try
        {
            switch (answer.Status)
            {
                case HttpStatusCode.NotFound:
                    answer.Dispose();
                    return false;
                case HttpStatusCode.OK:
                    // The length is that of the blob: one that lies is found out before anything is read.
                    if (answer.Message.Content.Headers.ContentLength is { } length && length != blob.Size)
                    {
                        throw StoreErrors.SizeMismatch("the blob " + blob.Digest, "registry " + endpoint.Registry, blob.Size, length);
                    }

                    _body = await answer.OpenBodyAsync(cancellationToken).ConfigureAwait(false);
                    await SkipAsync(_body, _position, cancellationToken).ConfigureAwait(false);
                    return true;
                case HttpStatusCode.PartialContent when answer.Message.Content.Headers.ContentRange is null or { From: null } || answer.Message.Content.Headers.ContentRange.From == _position:
                    _body = await answer.OpenBodyAsync(cancellationToken).ConfigureAwait(false);
                    return true;
                case HttpStatusCode.PartialContent:
                    throw RegistryErrors.Unexpected(endpoint, request, "it sent a different part of a blob than requested");
                default:
                    throw await RegistryErrors.OfAsync(endpoint, request, answer, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            Forget();
            answer.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, end - _position)];
        while (!wanted.IsEmpty)
        {
            try
            {
                if (_body is null && !await OpenAsync(cancellationToken).ConfigureAwait(false))
                {
                    throw StoreErrors.BlobNotFound(request.Image, blob, "registry " + endpoint.Registry);
                }

                var count = await _body!.ReadAsync(wanted, cancellationToken).ConfigureAwait(false);
                if (count > 0)
                {
                    _position += count;
                    _failures = 0;
                    return count;
                }

                throw new IOException($"the blob ended after {_position} of {blob.Size} bytes");
            }
            catch (Exception exception) when (RegistryTransport.IsNetwork(exception))
            {
                Forget();
                if (++_failures > transport.Limits.Retries || ++_continuations > transport.Limits.Continuations)
                {
                    throw transport.Unreachable(endpoint, request, exception);
                }

                await Task.Delay(transport.Limits.RetryDelay * Math.Pow(2, _failures - 1), cancellationToken).ConfigureAwait(false);
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Forget();
        }

        base.Dispose(disposing);
    }

    private static async Task SkipAsync(Stream body, long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(count, 128 * 1024)];
        while (count > 0)
        {
            var read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken).ConfigureAwait(false);
            count -= read > 0 ? read : throw new IOException("the blob ended early");
        }
    }

    private void Forget()
    {
        _body?.Dispose();
        _body = null;
    }
}
