using System.Net;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Registry;

/// <summary>
/// A body that is streamed from a blob: while one buffer is sent, the next is read. Without a length it is sent in HTTP's chunks, and
/// then it ends in good order when the transfer is stopped or the blob cannot be read: the registry keeps a session that can be deleted.
/// A body with a length can only be cut.
/// </summary>
/// <param name="open">Opens the content.</param>
/// <param name="blob">The blob, for failures.</param>
/// <param name="size">How many bytes there are to send.</param>
/// <param name="hasLength">Whether the body says its length.</param>
/// <param name="limits">The limits of the transfer.</param>
/// <param name="progress">Told the bytes sent so far.</param>
/// <param name="stop">Stops the transfer in good order.</param>
internal sealed class UploadContent(
    Func<CancellationToken, ValueTask<Stream>> open, OciDescriptor blob, long size, bool hasLength, RegistryLimits limits, Action<long>? progress, CancellationToken stop) : HttpContent
{
    private const int BufferSize = 256 * 1024;

    /// <summary>The bytes sent so far.</summary>
    public long Sent { get; private set; }

    /// <summary>Why a body without a length ended early; <see langword="null"/> when it did not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Called when all is sent.</summary>
    public Action? OnSent { get; set; }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = size;
        return hasLength;
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        (Sent, Failure) = (0, null);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop);
        try
        {
            var source = await ReadAsync(() => open(reading.Token)).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                await SendAsync(source, stream, reading.Token, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ReadException failure) when (!hasLength && !cancellationToken.IsCancellationRequested)
        {
            Failure = failure.InnerException;
        }
        catch (ReadException failure)
        {
            throw failure.InnerException!;
        }

        OnSent?.Invoke();
    }

    private async Task SendAsync(Stream source, Stream destination, CancellationToken readToken, CancellationToken writeToken)
    {
        using var guard = new StallGuard(limits);
        var length = (int)Math.Min(BufferSize, Math.Max(size, 1));
        var (sending, filling) = (new byte[length], new byte[length]);
        for (var count = await FillAsync(source, filling, size, readToken).ConfigureAwait(false); count > 0;)
        {
            (sending, filling) = (filling, sending);
            var write = guard.EndAsync(destination.WriteAsync(sending.AsMemory(0, count), guard.Begin(writeToken)), writeToken);
            var next = 0;
            try
            {
                if (!write.IsCompleted)
                {
                    next = await FillAsync(source, filling, size - Sent - count, readToken).ConfigureAwait(false);
                }
            }
            finally
            {
                await write.ConfigureAwait(false);
            }

            guard.Moved(count);
            Sent += count;
            progress?.Invoke(Sent);
            count = next > 0 ? next : await FillAsync(source, filling, size - Sent, readToken).ConfigureAwait(false);
        }
    }

    private ValueTask<int> FillAsync(Stream source, byte[] buffer, long rest, CancellationToken cancellationToken) =>
        rest == 0 ? ValueTask.FromResult(0) : ReadAsync(async () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, rest)), cancellationToken).ConfigureAwait(false);
            return count > 0 ? count : throw new EndOfStreamException($"{rest} bytes are missing");
        });

    /// <summary>Reads from the blob: what cannot be read is told apart from what cannot be sent.</summary>
    private async ValueTask<T> ReadAsync<T>(Func<ValueTask<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ReadException(StoreErrors.BlobUnreadable(blob, exception));
        }
        catch (Exception exception)
        {
            throw new ReadException(exception);
        }
    }

    private sealed class ReadException(Exception cause) : Exception(cause.Message, cause);
}
