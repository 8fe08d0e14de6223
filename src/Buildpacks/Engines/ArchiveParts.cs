using System.Buffers;
using System.Globalization;
using System.Text;

namespace Buildpacks.Engines;

/// <summary>An archive in parts, each with a line before it that says its size. A part is sent when the one before was taken.</summary>
internal sealed class ArchiveParts
{
    private const int LargestPart = 1024 * 1024;

    private TaskCompletionSource? _sent;

    /// <summary>Writes an archive, and the line that ends it.</summary>
    /// <param name="input">Where it goes.</param>
    /// <param name="writeArchive">Writes it.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task WriteAsync(Stream input, ArchiveWriter writeArchive, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LargestPart);
        try
        {
            var parts = new PartStream(this, input, buffer.AsMemory(0, LargestPart));
            await using (parts.ConfigureAwait(false))
            {
                await writeArchive(parts, cancellationToken).ConfigureAwait(false);
                await parts.EndAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A part was taken.</summary>
    /// <returns>Whether one was sent.</returns>
    public bool Take() => Interlocked.Exchange(ref _sent, null) is { } sent && sent.TrySetResult();

    private async Task SendAsync(Stream input, ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _sent, taken);
        await input.WriteAsync(Line(part.Length), cancellationToken).ConfigureAwait(false);
        await input.WriteAsync(part, cancellationToken).ConfigureAwait(false);
        await taken.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Line(int size) => Encoding.ASCII.GetBytes(size.ToString(CultureInfo.InvariantCulture) + "\n");

    /// <summary>Gathers what is written until it is a part.</summary>
    private sealed class PartStream(ArchiveParts parts, Stream input, Memory<byte> buffer) : Stream
    {
        private int _count;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public async Task EndAsync(CancellationToken cancellationToken)
        {
            await SendAsync(cancellationToken).ConfigureAwait(false);
            await input.WriteAsync(Line(0), cancellationToken).ConfigureAwait(false);
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
        {
            while (bytes.Length > 0)
            {
                if (_count == buffer.Length)
                {
                    await SendAsync(cancellationToken).ConfigureAwait(false);
                }

                var count = Math.Min(bytes.Length, buffer.Length - _count);
                bytes[..count].CopyTo(buffer[_count..]);
                _count += count;
                bytes = bytes[count..];
            }
        }

        public override Task WriteAsync(byte[] bytes, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(bytes.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] bytes, int offset, int count) => WriteAsync(bytes.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }

        public override int Read(byte[] bytes, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private async Task SendAsync(CancellationToken cancellationToken)
        {
            if (_count > 0)
            {
                await parts.SendAsync(input, buffer[.._count], cancellationToken).ConfigureAwait(false);
                _count = 0;
            }
        }
    }
}
