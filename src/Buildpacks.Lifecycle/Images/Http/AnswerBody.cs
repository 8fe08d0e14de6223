using System.Globalization;

namespace Buildpacks.Lifecycle.Images.Http;

/// <summary>An answer's body: in chunks, of a known length, or until the server hangs up.</summary>
/// <param name="reader">Behind the headers.</param>
/// <param name="isChunked">Whether it comes in chunks.</param>
/// <param name="length">Its length, when that is known.</param>
internal sealed class AnswerBody(AnswerReader reader, bool isChunked, long? length) : Stream
{
    // Bytes until the end of the chunk, or of the body.
    private long remaining = isChunked ? 0 : length ?? long.MaxValue;
    private bool inChunk;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether all of it was read.</summary>
    public bool IsAtEnd { get; private set; } = !isChunked && length == 0;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsAtEnd || buffer.IsEmpty || (isChunked && remaining == 0 && !await NextChunkAsync(cancellationToken)))
        {
            return 0;
        }

        var count = await reader.ReadAsync(buffer[..(int)Math.Min(buffer.Length, remaining)], cancellationToken);
        if (count == 0)
        {
            IsAtEnd = true;
            return isChunked || length is not null ? throw new IOException("the server closed the connection within its answer") : 0;
        }

        remaining -= count;
        IsAtEnd = !isChunked && remaining == 0;
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask<bool> NextChunkAsync(CancellationToken cancellationToken)
    {
        if (inChunk)
        {
            await reader.ReadLineAsync(cancellationToken);
        }

        var head = (await reader.ReadLineAsync(cancellationToken)).Split(';')[0].Trim();
        if (!long.TryParse(head, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) || size < 0)
        {
            throw new IOException($"the server sent a chunk of the length '{head}'");
        }

        remaining = size;
        inChunk = true;
        if (remaining > 0)
        {
            return true;
        }

        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 })
        {
            // Trailers say nothing that is needed.
        }

        IsAtEnd = true;
        return false;
    }
}
