using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Stores.Loopback;

/// <summary>A layout as a tar stream, put together while it is read: its files are copied nowhere.</summary>
/// <param name="files">The files by their paths in the layout, which are shorter than a tar name and than 8 GB. Each is closed when it was read.</param>
internal sealed class LayoutTarStream(IEnumerable<(string Path, Stream Content)> files) : ForwardStream
{
    private const int BlockSize = 512;
    private const string Folder = "layout/";

    private readonly IEnumerator<(string Path, Stream Content)> _files = files.GetEnumerator();
    private Stream? _content;
    private long _padding;
    private ReadOnlyMemory<byte> _ready;
    private bool _ended;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (_ready.IsEmpty)
        {
            if (_content is { } content)
            {
                if (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
                {
                    return read;
                }

                await content.DisposeAsync().ConfigureAwait(false);
                _content = null;
                _ready = new byte[_padding];
            }
            else if (_ended)
            {
                return 0;
            }
            else if (_files.MoveNext())
            {
                _content = _files.Current.Content;
                _padding = (BlockSize - _content.Length % BlockSize) % BlockSize;
                _ready = Header(Folder + _files.Current.Path, _content.Length);
            }
            else
            {
                _ended = true;
                _ready = new byte[2 * BlockSize];
            }
        }

        var count = Math.Min(buffer.Length, _ready.Length);
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content?.Dispose();
            _files.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The header of a file (POSIX.1-1988, ustar).</summary>
    private static byte[] Header(string name, long size)
    {
        var header = new byte[BlockSize];
        Put(0, name);
        Put(100, "0000644\0");
        Put(108, "0000000\0");
        Put(116, "0000000\0");
        Put(124, Convert.ToString(size, 8).PadLeft(11, '0') + "\0");
        Put(136, "00000000000\0");
        Put(148, "        ");
        Put(156, "0");
        Put(257, "ustar\0" + "00");
        Put(148, Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0') + "\0 ");
        return header;

        void Put(int offset, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(offset));
    }
}
