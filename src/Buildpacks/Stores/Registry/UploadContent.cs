using System.Net;

namespace Buildpacks.Stores.Registry;

/// <summary>A body that is streamed from a blob. While one buffer is sent, the next is read.</summary>
/// <param name="open">Opens the content.</param>
/// <param name="length">How many bytes are sent.</param>
/// <param name="limits">The limits of the transfer.</param>
/// <param name="progress">Told the bytes sent so far.</param>
internal sealed class UploadContent(Func<CancellationToken, ValueTask<Stream>> open, long length, RegistryLimits limits, Action<long>? progress) : HttpContent
{
    private const int BufferSize = 256 * 1024;

    /// <summary>The bytes sent so far.</summary>
    public long Sent { get; private set; }

    /// <summary>Called when all is sent.</summary>
    public Action? OnSent { get; set; }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(limits);
        var source = await open(cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var (sending, reading) = (new byte[Math.Min(BufferSize, Math.Max(length, 1))], new byte[Math.Min(BufferSize, Math.Max(length, 1))]);
            for (var count = await FillAsync(source, reading, length, cancellationToken).ConfigureAwait(false); count > 0;)
            {
                (sending, reading) = (reading, sending);
                var write = guard.EndAsync(stream.WriteAsync(sending.AsMemory(0, count), guard.Begin(cancellationToken)), cancellationToken);
                var next = 0;
                try
                {
                    if (!write.IsCompleted)
                    {
                        next = await FillAsync(source, reading, length - Sent - count, cancellationToken).ConfigureAwait(false);
                    }
                }
                finally
                {
                    await write.ConfigureAwait(false);
                }

                guard.Moved(count);
                Sent += count;
                progress?.Invoke(Sent);
                count = next > 0 ? next : await FillAsync(source, reading, length - Sent, cancellationToken).ConfigureAwait(false);
            }
        }

        if (Sent != length)
        {
            throw new IOException($"the content ended after {Sent} of {length} bytes");
        }

        OnSent?.Invoke();
    }

    private static ValueTask<int> FillAsync(Stream source, byte[] buffer, long rest, CancellationToken cancellationToken) =>
        rest == 0 ? ValueTask.FromResult(0) : source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, rest)), cancellationToken);
}
