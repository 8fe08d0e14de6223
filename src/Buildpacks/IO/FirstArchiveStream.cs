namespace Buildpacks.IO;

/// <summary>The first of several tar archives that follow each other in one stream. It ends where that archive ends.</summary>
/// <param name="source">The stream; not closed.</param>
internal sealed class FirstArchiveStream(Stream source) : ForwardStream
{
    private const int BlockSize = 512;

    private readonly byte[] _block = new byte[BlockSize];
    private ReadOnlyMemory<byte> _given;
    private long _content;
    private bool _ended;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_content > 0 && _given.IsEmpty)
        {
            var count = await source.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _content)], cancellationToken).ConfigureAwait(false);
            _content -= count;
            return count;
        }

        if (_given.IsEmpty && !_ended && !buffer.IsEmpty)
        {
            await ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        }

        var taken = Math.Min(buffer.Length, _given.Length);
        _given[..taken].CopyTo(buffer);
        _given = _given[taken..];
        return taken;
    }

    /// <summary>The archives that follow, once this one was read to its end.</summary>
    /// <returns>The stream from the next archive on; <see langword="null"/> when there is none.</returns>
    public async Task<Stream?> RestAsync(CancellationToken cancellationToken)
    {
        // An archive ends with as many blocks of zeros as its writer likes.
        int count;
        do
        {
            count = await source.ReadAtLeastAsync(_block, BlockSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        }
        while (count == BlockSize && IsZero(_block));
        return count == 0 ? null : new PrefixedStream(_block.AsSpan(0, count).ToArray(), source);
    }

    private async Task ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var count = await source.ReadAtLeastAsync(_block, BlockSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        _given = _block.AsMemory(0, count);
        _ended = count < BlockSize || IsZero(_block);
        _content = _ended ? 0 : (TarInput.SizeIn(_block) + BlockSize - 1) / BlockSize * BlockSize;
    }

    private static bool IsZero(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);
}
