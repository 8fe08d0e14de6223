using System.IO.Compression;

namespace Buildpacks.Lifecycle.Images;

/// <summary>Opens layer blobs whatever their compression: what the first bytes say counts, not the media type.</summary>
internal static class LayerStream
{
    private static ReadOnlySpan<byte> Gzip => [0x1f, 0x8b];

    private static ReadOnlySpan<byte> Zstandard => [0x28, 0xb5, 0x2f, 0xfd];

    /// <summary>The uncompressed archive in a file.</summary>
    /// <exception cref="InvalidDataException">The compression is not supported; the message names it.</exception>
    public static Stream Open(string path)
    {
        var file = new FileStream(path, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 1 << 16 });
        Span<byte> start = stackalloc byte[4];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (start.StartsWith(Gzip))
        {
            return new GZipStream(file, CompressionMode.Decompress);
        }

        if (start.SequenceEqual(Zstandard))
        {
            file.Dispose();
            throw new InvalidDataException($"the layer '{path}' is compressed with zstd, which this lifecycle does not read");
        }

        return file;
    }
}
