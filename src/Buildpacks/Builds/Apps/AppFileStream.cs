using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Buildpacks.Builds.Apps;

/// <summary>
/// A file of the app with the length it had when it was opened, whatever happens to it meanwhile: what is missing is filled with
/// zeros, what is more is left out. A tar archive says a file's length before its content.
/// </summary>
internal sealed class AppFileStream : Stream
{
    private const int BufferSize = 256 * 1024;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly Action<int> _onRead;
    private readonly long _length;
    private long _position;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onRead">Told the number of bytes of each read.</param>
    public AppFileStream(string path, Action<int> onRead)
    {
        _path = path;
        _file = File.OpenHandle(path, options: FileOptions.SequentialScan, share: FileShare.ReadWrite | FileShare.Delete);
        _length = RandomAccess.GetLength(_file);
        _onRead = onRead;
    }

    /// <summary>Whether the file turned out shorter or longer than when it was opened.</summary>
    public bool Changed { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, _length - _position)];
        if (wanted.IsEmpty)
        {
            Changed |= RandomAccess.GetLength(_file) != _length;
            return 0;
        }

        var count = ReadFile(wanted);
        if (count == 0)
        {
            Changed = true;
            wanted.Clear();
            count = wanted.Length;
        }

        _position += count;
        _onRead(count);
        return count;
    }

    /// <summary>Copies with reads that do not leave the thread: for thousands of small files that is what takes the time.</summary>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(_length - _position + 1, 1, BufferSize));
        try
        {
            while (Read(buffer.AsSpan()) is var count and > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    private int ReadFile(Span<byte> buffer)
    {
        try
        {
            return RandomAccess.Read(_file, buffer, _position);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw AppErrors.Unreadable(_path, exception);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }
}
