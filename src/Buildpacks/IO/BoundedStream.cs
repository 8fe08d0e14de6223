namespace Buildpacks.IO;

/// <summary>A stream that may not be longer than a limit: a small compressed file can unpack to any length.</summary>
/// <param name="source">The stream; closed with this one.</param>
/// <param name="excess">The failure of a longer one.</param>
/// <param name="limit">How many bytes it may have.</param>
internal sealed class BoundedStream(Stream source, Func<Exception> excess, long limit) : ForwardStream
{
    private long _count;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => Count(source.Read(buffer));

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int count) => (_count += count) > limit ? throw excess() : count;
}
