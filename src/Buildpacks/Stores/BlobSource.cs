using System.IO.Compression;
using System.Security.Cryptography;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores;

/// <summary>A blob that is to be put into a store. Its content is verified as it is read from the beginning to the end.</summary>
/// <param name="descriptor">Media type, digest and size.</param>
internal abstract class BlobSource(OciDescriptor descriptor) : IDisposable
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Media type, digest and size.</summary>
    public OciDescriptor Descriptor { get; } = descriptor;

    /// <summary>An image whose repository has the blob: a registry that holds both takes it from there.</summary>
    public ImageReference? MountFrom { get; init; }

    /// <summary>Opens the content.</summary>
    /// <param name="offset">The first byte that is wanted.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>The stream; <see langword="null"/> when that byte has gone by and the source cannot go back.</returns>
    public abstract ValueTask<Stream?> OpenAsync(long offset, CancellationToken cancellationToken);

    /// <summary>A file.</summary>
    public static BlobSource OfFile(string path, OciDescriptor descriptor) => new OpenedBlob(
        descriptor, "the file " + path,
        (offset, _) =>
        {
            // The copying loop has buffers of its own.
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            file.Position = offset;
            return ValueTask.FromResult<Stream>(file);
        });

    /// <summary>Packs a layer into a temporary file, which goes with the source.</summary>
    /// <param name="write">Writes the layer, unpacked.</param>
    /// <param name="cancellationToken">Ends the reading for the digest.</param>
    public static async Task<BlobSource> PackAsync(Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        var file = TemporaryFile.Open();
        try
        {
            var gzip = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
            await using (gzip.ConfigureAwait(false))
            {
                await write(gzip).ConfigureAwait(false);
            }

            await file.FlushAsync(cancellationToken).ConfigureAwait(false);
            file.Position = 0;
            var digest = OciDigest.FromHash(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
            return new TemporaryBlob(file, new OciDescriptor { MediaType = MediaTypes.LayerTarGzip, Digest = digest, Size = file.Length });
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A layer out of an image, for a registry: one that is not packed is packed into a temporary file, which goes with the source.</summary>
    /// <param name="layer">The layer's content, which can be read once.</param>
    /// <param name="blob">Media type, digest and size of the content.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PackException">The file cannot be written.</exception>
    public static async Task<BlobSource> OfLayerAsync(Stream layer, OciDescriptor blob, CancellationToken cancellationToken)
    {
        if (blob.MediaType != MediaTypes.LayerTar)
        {
            return OfStream(layer, blob, keepAll: true);
        }

        try
        {
            return await PackAsync(gzip => layer.CopyToAsync(gzip, BufferSize, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception) when (exception is not EndOfStreamException)
        {
            throw FileErrors.Unusable(Path.GetTempPath(), "written", exception);
        }
    }

    /// <summary>Bytes in memory.</summary>
    public static BlobSource OfBytes(string mediaType, ReadOnlyMemory<byte> content)
    {
        var descriptor = new OciDescriptor { MediaType = mediaType, Digest = OciDigest.Of(content.Span), Size = content.Length };
        return new OpenedBlob(
            descriptor, "the buffer",
            (offset, _) => ValueTask.FromResult<Stream>(new MemoryStream(content[(int)offset..].ToArray(), writable: false)));
    }

    /// <summary>
    /// A stream that can be read once, such as an entry of an archive that comes in. The last 8 MB that were read are kept, so that
    /// an upload that was cut can go on.
    /// </summary>
    /// <param name="stream">The stream; closed with the source.</param>
    /// <param name="descriptor">Media type, digest and size.</param>
    /// <param name="keepAll">Whether all that was read is kept, in a temporary file, so that an upload can begin again.</param>
    public static BlobSource OfStream(Stream stream, OciDescriptor descriptor, bool keepAll = false) => new ForwardBlob(stream, descriptor, keepAll);

    /// <summary>A blob of another store. It is opened again after a cut.</summary>
    /// <param name="store">The store.</param>
    /// <param name="image">The image that has the blob.</param>
    /// <param name="descriptor">Media type, digest and size.</param>
    public static BlobSource OfStore(IImageStore store, ImageReference image, OciDescriptor descriptor) => new OpenedBlob(
        descriptor, "the " + store.Place,
        async (offset, cancellationToken) =>
        {
            var stream = await store.OpenBlobAsync(image, descriptor, cancellationToken).ConfigureAwait(false);
            await SkipAsync(stream, offset, cancellationToken).ConfigureAwait(false);
            return stream;
        }) { MountFrom = image };

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the source holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private static async Task SkipAsync(Stream stream, long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        while (count > 0 && await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            count -= read;
        }
    }

    private sealed class TemporaryBlob(FileStream file, OciDescriptor descriptor) : BlobSource(descriptor)
    {
        public override ValueTask<Stream?> OpenAsync(long offset, CancellationToken cancellationToken) => ValueTask.FromResult<Stream?>(new Reader(file, offset));

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                file.Dispose();
            }

            base.Dispose(disposing);
        }

        private sealed class Reader(FileStream file, long position) : ForwardStream
        {
            private long _position = position;

            public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                var count = await RandomAccess.ReadAsync(file.SafeFileHandle, buffer, _position, cancellationToken).ConfigureAwait(false);
                _position += count;
                return count;
            }
        }
    }

    private sealed class OpenedBlob(OciDescriptor descriptor, string place, Func<long, CancellationToken, ValueTask<Stream>> open) : BlobSource(descriptor)
    {
        public override async ValueTask<Stream?> OpenAsync(long offset, CancellationToken cancellationToken)
        {
            var stream = await open(offset, cancellationToken).ConfigureAwait(false);

            // The digest covers all of the content: what begins later is verified by the store that takes it.
            return offset == 0 ? new VerifyingStream(stream, Descriptor, place) : stream;
        }
    }
}

/// <summary>A stream that throws when it ends early, and before it gives out its last byte when the digest is another.</summary>
/// <param name="source">The stream; closed with this one.</param>
/// <param name="blob">What it should be.</param>
/// <param name="place">Where it comes from, for the failure.</param>
internal sealed class VerifyingStream(Stream source, OciDescriptor blob, string place) : ForwardStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _read;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, blob.Size - _read)];
        if (wanted.IsEmpty)
        {
            if (blob.Size == 0)
            {
                Verify();
            }

            return 0;
        }

        var count = await source.ReadAsync(wanted, cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            throw StoreErrors.SizeMismatch("the blob " + blob.Digest, place, blob.Size, _read);
        }

        _hash.AppendData(wanted.Span[..count]);
        _read += count;
        if (_read == blob.Size)
        {
            Verify();
        }

        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Verify()
    {
        if (OciDigest.FromHash(_hash.GetCurrentHash()) is var actual && actual != blob.Digest)
        {
            throw StoreErrors.DigestMismatch("the blob " + blob.Digest, place, blob.Digest, actual);
        }
    }
}

/// <summary>A blob from a stream that can be read once.</summary>
internal sealed class ForwardBlob : BlobSource
{
    /// <summary>What is kept of the content: more than the buffers of a connection hold, so that the place of a cut is among it.</summary>
    private const int Kept = 8 * 1024 * 1024;

    private readonly VerifyingStream _source;
    private readonly byte[] _last;
    private readonly FileStream? _all;
    private long _read;

    /// <summary>Makes the source.</summary>
    /// <param name="stream">The stream; closed with the source.</param>
    /// <param name="descriptor">Media type, digest and size.</param>
    /// <param name="keepAll">Whether all that was read is kept, in a temporary file.</param>
    public ForwardBlob(Stream stream, OciDescriptor descriptor, bool keepAll)
        : base(descriptor)
    {
        _source = new VerifyingStream(stream, descriptor, "stream");
        _all = keepAll && descriptor.Size > Kept ? TemporaryFile.Open() : null;
        _last = new byte[_all is null ? Math.Min(descriptor.Size, Kept) : 0];
    }

    /// <inheritdoc/>
    public override ValueTask<Stream?> OpenAsync(long offset, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stream?>(offset <= _read && (_all is not null || offset >= _read - _last.Length) ? new Reader(this, offset) : null);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source.Dispose();
            _all?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadAsync(long position, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (position < _read && _all is not null)
        {
            _all.Position = position;
            return await _all.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _read - position)], cancellationToken).ConfigureAwait(false);
        }

        if (position < _read)
        {
            var start = (int)(position % _last.Length);
            var again = (int)Math.Min(Math.Min(buffer.Length, _read - position), _last.Length - start);
            _last.AsMemory(start, again).CopyTo(buffer);
            return again;
        }

        var count = await _source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (_all is null)
        {
            Keep(buffer.Span[..count]);
        }
        else
        {
            _all.Position = _read;
            await _all.WriteAsync(buffer[..count], CancellationToken.None).ConfigureAwait(false);
            _read += count;
        }

        return count;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        for (var rest = bytes; !rest.IsEmpty;)
        {
            var start = (int)(_read % _last.Length);
            var part = rest[..Math.Min(rest.Length, _last.Length - start)];
            part.CopyTo(_last.AsSpan(start));
            _read += part.Length;
            rest = rest[part.Length..];
        }
    }

    private sealed class Reader(ForwardBlob blob, long position) : ForwardStream
    {
        private long _position = position;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await blob.ReadAsync(_position, buffer, cancellationToken).ConfigureAwait(false);
            _position += count;
            return count;
        }
    }
}
