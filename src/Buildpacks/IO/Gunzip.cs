using System.IO.Compression;

namespace Buildpacks.IO;

/// <summary>Unpacks gzip where there is some.</summary>
internal static class Gunzip
{
    /// <summary>Whether content that begins so is packed.</summary>
    public static bool IsPacked(ReadOnlySpan<byte> start) => start is [0x1f, 0x8b, ..];

    /// <summary>The stream unpacked when it begins as gzip does, else the stream itself.</summary>
    /// <param name="stream">A stream that can seek, at its beginning; the result owns it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<Stream> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        var start = new byte[2];
        var count = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        stream.Position = 0;
        return IsPacked(start.AsSpan(0, count)) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
    }
}
