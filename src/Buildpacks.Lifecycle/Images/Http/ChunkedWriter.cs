using System.Globalization;
using System.Text;

namespace Buildpacks.Lifecycle.Images.Http;

/// <summary>Writes a request's body in chunks (RFC 9112, 7.1), so that its length need not be known before.</summary>
/// <param name="connection">The connection; it stays open.</param>
internal sealed class ChunkedWriter(Stream connection) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether the other side hung up.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Writes the last chunk.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken) => SendAsync(["0\r\n\r\n"u8.ToArray()], cancellationToken);

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A chunk of length 0 would end the body.
        if (!buffer.IsEmpty)
        {
            await SendAsync([Head(buffer.Length), buffer, "\r\n"u8.ToArray()], cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask SendAsync(ReadOnlyMemory<byte>[] parts, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var part in parts)
            {
                await connection.WriteAsync(part, cancellationToken);
            }
        }
        catch (IOException)
        {
            IsBroken = true;
            throw;
        }
    }

    private static byte[] Head(int length) => Encoding.ASCII.GetBytes(length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
}
