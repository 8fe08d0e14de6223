namespace Buildpacks.Lifecycle.Layers.Hashing;

/// <summary>Hashes what is written on its way to a stream, or what is read on its way out of one.</summary>
/// <param name="inner">The stream behind; closed with this one. <see cref="Stream.Null"/> to hash only.</param>
internal sealed class HashingStream(Stream inner) : Stream
{
    private readonly Sha256 hash = new();

    /// <inheritdoc/>
    public override bool CanRead => inner.CanRead;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => inner.CanWrite;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => Count;
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes that went through.</summary>
    public long Count { get; private set; }

    /// <summary>Ends the hash and returns it as a digest. Nothing may be written or read afterwards.</summary>
    public string Digest() => hash.Digest();

    /// <summary>Reads what is left, so that the hash covers all of it.</summary>
    public void ReadToEnd() => CopyTo(Null);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        hash.Append(buffer);
        Count += buffer.Length;
        inner.Write(buffer);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        hash.Append(buffer[..read]);
        Count += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
