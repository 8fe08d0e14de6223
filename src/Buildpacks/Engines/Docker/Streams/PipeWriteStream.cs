using System.IO.Pipelines;

namespace Buildpacks.Engines.Docker.Streams;

/// <summary>The writing end of a pipe. A write fails when nobody reads any more, where the pipe's own stream would go on for nothing.</summary>
/// <param name="pipe">The pipe.</param>
/// <param name="heldBack">How many bytes stay back until <see cref="ReleaseAsync"/>: the last that were written.</param>
internal sealed class PipeWriteStream(PipeWriter pipe, int heldBack) : Stream
{
    private readonly byte[] _back = new byte[heldBack];
    private int _count;

    /// <summary>Whether a write failed because nobody reads any more.</summary>
    public bool Refused { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Gives out what was held back.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        var count = _count;
        _count = 0;
        await SendAsync(_back.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var passing = Math.Max(0, _count + buffer.Length - _back.Length);
        var earlier = Math.Min(passing, _count);
        if (earlier > 0)
        {
            await SendAsync(_back.AsMemory(0, earlier), cancellationToken).ConfigureAwait(false);
            _count -= earlier;
            _back.AsSpan(earlier, _count).CopyTo(_back);
        }

        await SendAsync(buffer[..(passing - earlier)], cancellationToken).ConfigureAwait(false);
        buffer[(passing - earlier)..].CopyTo(_back.AsMemory(_count));
        _count += buffer.Length - (passing - earlier);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length > 0 && (await pipe.WriteAsync(bytes, cancellationToken).ConfigureAwait(false)).IsCompleted)
        {
            Refused = true;
            throw new IOException("The engine stopped reading.");
        }
    }
}
