using System.Security.Cryptography;
using Buildpacks.Oci;
using Buildpacks.Stores.Layers;

namespace Buildpacks.Stores.Loopback;

/// <summary>
/// The blobs that clients sent, in files of the temporary folder that have no name: they are gone with this process, however it ends.
/// </summary>
/// <param name="limits">How much is taken.</param>
/// <param name="openFile">Opens a new file.</param>
internal sealed class LoopbackBlobs(LoopbackLimits limits, Func<FileStream> openFile) : IDisposable
{
    private const int BufferSize = 128 * 1024;
    private const int IdBytes = 16;

    private readonly object _gate = new();
    private readonly Dictionary<string, FileStream> _blobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Upload> _uploads = new(StringComparer.Ordinal);
    private long _bytes;
    private bool _disposed;

    /// <summary>Why a blob could not be taken although its client did what it should; <see langword="null"/> for nothing.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The uploads that have begun and not ended.</summary>
    public int OpenUploads
    {
        get
        {
            lock (_gate)
            {
                return _uploads.Count;
            }
        }
    }

    /// <summary>Begins an upload.</summary>
    /// <returns>Its id; <see langword="null"/> when there are too many.</returns>
    public string? Begin()
    {
        lock (_gate)
        {
            if (_uploads.Count >= limits.Uploads || _blobs.Count >= limits.Blobs)
            {
                return null;
            }

            var id = Convert.ToHexString(RandomNumberGenerator.GetBytes(IdBytes)).ToLowerInvariant();
            _uploads.Add(id, new Upload());
            return id;
        }
    }

    /// <summary>The bytes that an upload has so far; <see langword="null"/> when there is no such upload.</summary>
    public long? LengthOf(string id)
    {
        lock (_gate)
        {
            return _uploads.TryGetValue(id, out var upload) ? upload.Length : null;
        }
    }

    /// <summary>Adds to an upload.</summary>
    /// <param name="id">The upload.</param>
    /// <param name="content">The bytes that follow.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The bytes that it has then; <see langword="null"/> when there is no such upload, or another request adds to it.</returns>
    /// <exception cref="LoopbackRefusedException">It is too much.</exception>
    public async Task<long?> AppendAsync(string id, Stream content, CancellationToken cancellationToken)
    {
        if (Take(id) is not { } upload)
        {
            return null;
        }

        try
        {
            var buffer = new byte[BufferSize];
            while (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                Reserve(upload, count);
                await WriteAsync(upload, buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            return upload.Length;
        }
        catch
        {
            // Nobody can say where a broken upload goes on: its client begins again.
            Cancel(id);
            throw;
        }
        finally
        {
            Give(upload);
        }
    }

    /// <summary>Ends an upload: its bytes are a blob from now on.</summary>
    /// <param name="id">The upload.</param>
    /// <param name="digest">What the client says of them.</param>
    /// <returns>Whether they have this digest; the upload has ended in any case.</returns>
    public async Task<bool> CompleteAsync(string id, string digest)
    {
        if (Take(id) is not { } upload)
        {
            return false;
        }

        var isRight = OciDigest.FromHash(upload.Hash.GetHashAndReset()) == digest;
        if (isRight && upload.File is { } written)
        {
            await written.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }

        lock (_gate)
        {
            _uploads.Remove(id);
            if (isRight && !_disposed && !_blobs.ContainsKey(digest))
            {
                _blobs[digest] = upload.File ?? openFile();
                upload.File = null;
            }
            else
            {
                _bytes -= upload.Length;
            }
        }

        Give(upload);
        upload.Dispose();
        return isRight;
    }

    /// <summary>Drops an upload.</summary>
    public void Cancel(string id)
    {
        lock (_gate)
        {
            if (_uploads.Remove(id, out var upload))
            {
                _bytes -= upload.Length;
                upload.IsOver = true;
                if (!upload.IsTaken)
                {
                    upload.Dispose();
                }
            }
        }
    }

    /// <summary>The size of a blob; <see langword="null"/> when it is not there.</summary>
    public long? SizeOf(string digest)
    {
        lock (_gate)
        {
            return _blobs.TryGetValue(digest, out var file) ? file.Length : null;
        }
    }

    /// <summary>Opens a blob; several may read it at one time.</summary>
    public Stream? Open(string digest)
    {
        lock (_gate)
        {
            return _blobs.TryGetValue(digest, out var file) ? new FileView(file.SafeFileHandle, file.Length) : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var upload in _uploads.Values)
            {
                upload.Dispose();
            }

            foreach (var file in _blobs.Values)
            {
                file.Dispose();
            }

            _uploads.Clear();
            _blobs.Clear();
        }
    }

    private Upload? Take(string id)
    {
        lock (_gate)
        {
            if (!_uploads.TryGetValue(id, out var upload) || upload.IsTaken)
            {
                return null;
            }

            upload.IsTaken = true;
            return upload;
        }
    }

    private void Give(Upload upload)
    {
        lock (_gate)
        {
            upload.IsTaken = false;
            if (upload.IsOver)
            {
                upload.Dispose();
            }
        }
    }

    private void Reserve(Upload upload, int count)
    {
        lock (_gate)
        {
            if (upload.IsOver)
            {
                throw new LoopbackRefusedException(404, "The upload was ended.");
            }

            if (_bytes + count > limits.Bytes || upload.Length + count > limits.BlobBytes)
            {
                Failure ??= new IOException("The layers of the image are larger than a build takes.");
                throw new LoopbackRefusedException(413, Failure.Message);
            }

            _bytes += count;
            upload.Length += count;
        }
    }

    private async Task WriteAsync(Upload upload, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        upload.Hash.AppendData(bytes.Span);
        try
        {
            await (upload.File ??= openFile()).WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failure ??= exception;
            throw new LoopbackRefusedException(507, exception.Message);
        }
    }

    /// <summary>An upload that has begun.</summary>
    private sealed class Upload : IDisposable
    {
        public FileStream? File { get; set; }

        public IncrementalHash Hash { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Length { get; set; }

        /// <summary>Whether a request works on it.</summary>
        public bool IsTaken { get; set; }

        /// <summary>Whether it was cancelled while a request worked on it.</summary>
        public bool IsOver { get; set; }

        public void Dispose()
        {
            File?.Dispose();
            Hash.Dispose();
        }
    }
}
