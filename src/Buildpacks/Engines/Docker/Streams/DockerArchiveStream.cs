using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Engines.Docker.Streams;

/// <summary>
/// A tar stream from the engine. A failure surfaces as <see cref="PackException"/>, also one that the engine could only write behind
/// the last whole block of the archive, because its answer had begun.
/// </summary>
internal sealed class DockerArchiveStream(Stream answer, Func<Exception, PackException> translate, CancellationToken lifetime) : ForwardStream
{
    private const int Block = 512;

    private readonly byte[] _tail = new byte[Block];
    private long _length;

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await ReadAnswerAsync(buffer, cancellationToken).ConfigureAwait(false);

        if (count > 0)
        {
            Keep(buffer.Span[..count]);
        }
        else if (!buffer.IsEmpty)
        {
            ThrowIfCutShort();
        }

        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            answer.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Reads under two tokens: the read's own, and that of the operation which opened the stream.</summary>
    private async ValueTask<int> ReadAnswerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime, cancellationToken);
        try
        {
            return await answer.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lifetime.ThrowIfCancellationRequested();
            throw translate(exception);
        }
    }

    /// <summary>Keeps the bytes of a block that is not whole yet.</summary>
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var partial = (int)(_length % Block);
        _length += bytes.Length;
        var rest = (int)(_length % Block);
        if (partial + bytes.Length >= Block)
        {
            bytes[^rest..].CopyTo(_tail);
        }
        else
        {
            bytes.CopyTo(_tail.AsSpan(partial));
        }
    }

    private void ThrowIfCutShort()
    {
        if (_length % Block is var rest and not 0)
        {
            throw translate(new InvalidDataException(
                "the archive ends in the middle of a block; its end reads: " + Encoding.UTF8.GetString(_tail, 0, (int)rest).Trim()));
        }
    }
}
