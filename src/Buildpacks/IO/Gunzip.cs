using System.IO.Compression;

namespace Buildpacks.IO;

/// <summary>Unpacks gzip where there is some.</summary>
internal static class Gunzip
{
    /// <summary>Whether content that begins so is packed.</summary>
    public static bool IsPacked(ReadOnlySpan<byte> start) => start is [0x1f, 0x8b, ..];

    /// <summary>
    /// The stream unpacked when it begins as gzip does, else the stream itself. What is unpacked and damaged or incomplete is an
    /// <see cref="InvalidDataException"/>, at its end at the latest.
    /// </summary>
    /// <param name="stream">A stream that can seek, at its beginning; the result owns it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<Stream> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        var start = new byte[2];
        var count = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        stream.Position = 0;
        return IsPacked(start.AsSpan(0, count)) ? new UnpackedStream(new GZipStream(new EndedStream(stream), CompressionMode.Decompress)) : stream;
    }

    /// <summary>What a gzip stream gives, read by read: its own copying does not ask for more where the packed bytes end.</summary>
    private sealed class UnpackedStream(GZipStream gzip) : ForwardStream
    {
        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer) => gzip.Read(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => gzip.ReadAsync(buffer, cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await gzip.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                gzip.Dispose();
            }

            base.Dispose(disposing);
        }
    }

    /// <summary>
    /// Packed bytes, with a few behind them that are not gzip. Complete content ignores them; content without its end takes them for its own
    /// and does not match its checksum, or asks for more. Without them, a <see cref="GZipStream"/> ends as if the content were complete.
    /// </summary>
    private sealed class EndedStream(Stream packed) : ForwardStream
    {
        private const int TailLength = 16;

        private bool _ended;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = packed.Read(buffer);
            return count > 0 || buffer.IsEmpty ? count : End(buffer);
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await packed.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return count > 0 || buffer.IsEmpty ? count : End(buffer.Span);
        }

        public override async ValueTask DisposeAsync()
        {
            await packed.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                packed.Dispose();
            }

            base.Dispose(disposing);
        }

        private int End(Span<byte> buffer)
        {
            if (_ended)
            {
                throw new InvalidDataException("its gzip compression is incomplete");
            }

            _ended = true;
            var tail = buffer[..Math.Min(buffer.Length, TailLength)];
            tail.Fill(0xff);
            return tail.Length;
        }
    }
}
