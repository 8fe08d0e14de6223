using System.Formats.Tar;

namespace Buildpacks.IO;

/// <summary>
/// Reads an archive that may come from anywhere. Whatever is wrong with it is one sort of failure; and what describes an entry (a long
/// name, attributes), which a tar reader takes whole, cannot be as long as the archive likes.
/// </summary>
internal sealed class TarInput : IDisposable
{
    /// <summary>The largest read at once. Descriptions of entries are far smaller.</summary>
    public const int MaximumRead = 4 * 1024 * 1024;

    /// <summary>The longest name of an entry, in characters: what Linux takes for a path.</summary>
    private const int MaximumName = 4096;

    private readonly TarReader _tar;

    /// <summary>Begins to read.</summary>
    /// <param name="archive">The archive; not closed.</param>
    public TarInput(Stream archive) => _tar = new TarReader(new CappedStream(archive, this), leaveOpen: true);

    /// <summary>What is longer than it may be, as a sentence; <see langword="null"/> when the archive is damaged or no tar at all.</summary>
    public string? Excess { get; private set; }

    /// <summary>The next entry. Its content has to be read before the one after it, at most <see cref="MaximumRead"/> bytes at once.</summary>
    /// <returns><see langword="null"/> at the archive's end.</returns>
    /// <exception cref="InvalidDataException">
    /// It is no tar archive, or a damaged one, which the inner exception says; without an inner exception, it is hostile, and the message says how.
    /// </exception>
    public async Task<TarEntry?> NextAsync(CancellationToken cancellationToken)
    {
        TarEntry? entry;
        try
        {
            entry = await _tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is FormatException or EndOfStreamException or ArgumentException or InvalidOperationException
            or NotSupportedException or OverflowException or OutOfMemoryException)
        {
            throw new InvalidDataException(exception.Message, exception);
        }

        return entry is null || (entry.Name.Length <= MaximumName && entry.LinkName.Length <= MaximumName)
            ? entry
            : throw TooLong($"an entry's name has {Math.Max(entry.Name.Length, entry.LinkName.Length)} characters");
    }

    /// <summary>The size that the header of an entry says.</summary>
    /// <param name="header">The header.</param>
    public static long SizeIn(ReadOnlySpan<byte> header) => CappedStream.SizeOf(header.Slice(CappedStream.SizeOffset, CappedStream.SizeLength));

    /// <inheritdoc/>
    public void Dispose() => _tar.Dispose();

    private InvalidDataException TooLong(string excess)
    {
        Excess = excess;
        return new InvalidDataException(excess);
    }

    /// <summary>The archive as the tar reader sees it: headers are the only reads of their length.</summary>
    private sealed class CappedStream(Stream archive, TarInput input) : Stream
    {
        private const int HeaderLength = 512;
        public const int SizeOffset = 124;
        public const int SizeLength = 12;
        private const int TypeOffset = 156;

        public override bool CanRead => true;

        public override bool CanSeek => archive.CanSeek;

        public override bool CanWrite => false;

        public override long Length => archive.Length;

        public override long Position
        {
            get => archive.Position;
            set => archive.Position = value;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            CheckLength(buffer.Length);
            if (buffer.Length != HeaderLength)
            {
                return archive.Read(buffer);
            }

            var count = archive.ReadAtLeast(buffer, HeaderLength, throwOnEndOfStream: false);
            CheckHeader(buffer[..count]);
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            CheckLength(buffer.Length);
            if (buffer.Length != HeaderLength)
            {
                return await archive.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }

            var count = await archive.ReadAtLeastAsync(buffer, HeaderLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            CheckHeader(buffer.Span[..count]);
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin) => archive.Seek(offset, origin);

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        /// <summary>What a tar reader would make room for, before it reads it.</summary>
        private void CheckHeader(ReadOnlySpan<byte> header)
        {
            if (header.Length == HeaderLength && "xgLK"u8.Contains(header[TypeOffset]))
            {
                CheckLength(SizeOf(header.Slice(SizeOffset, SizeLength)));
            }
        }

        /// <summary>A number in octal digits, or behind a first bit that is set, in bytes.</summary>
        public static long SizeOf(ReadOnlySpan<byte> field)
        {
            long size = 0;
            var binary = (field[0] & 0x80) != 0;
            foreach (var digit in binary ? field[^sizeof(long)..] : field)
            {
                size = binary ? (size << 8) | digit : digit is >= (byte)'0' and <= (byte)'7' ? (size << 3) | (uint)(digit - '0') : size;
            }

            return Math.Max(size, 0);
        }

        private void CheckLength(long length)
        {
            if (length > MaximumRead)
            {
                throw input.TooLong($"the extended header of an entry has {length} bytes");
            }
        }
    }
}
