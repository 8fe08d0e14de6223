namespace Buildpacks.IO;

/// <summary>
/// Gives a stream that cannot seek a length and a position, so that a tar writer streams it instead of holding it in memory. A
/// source that ends early is an error; what it has beyond the length is left in it.
/// </summary>
/// <param name="source">The stream; not closed.</param>
/// <param name="length">How many bytes it has.</param>
internal class KnownLengthStream(Stream source, long length) : Stream
{
    private long _position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, length - _position)];
        return wanted.IsEmpty ? 0 : Took(source.Read(wanted), wanted);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, length - _position)];
        return wanted.IsEmpty ? 0 : Took(await source.ReadAsync(wanted, cancellationToken).ConfigureAwait(false), wanted.Span);
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) =>
        origin == SeekOrigin.Begin && offset == _position ? _position : throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <summary>Is shown the bytes that were read.</summary>
    /// <param name="bytes">The bytes.</param>
    protected virtual void OnRead(ReadOnlySpan<byte> bytes)
    {
    }

    private int Took(int count, ReadOnlySpan<byte> buffer)
    {
        if (count == 0)
        {
            throw new EndOfStreamException($"expected {length} bytes, got {_position}");
        }

        _position += count;
        OnRead(buffer[..count]);
        return count;
    }
}
