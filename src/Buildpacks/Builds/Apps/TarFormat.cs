using Buildpacks.IO;

namespace Buildpacks.Builds.Apps;

/// <summary>What a file is that may be a tar archive.</summary>
internal enum TarLook
{
    /// <summary>It is no tar archive.</summary>
    Other,

    /// <summary>A tar archive, compressed or not.</summary>
    Tar,

    /// <summary>A tar archive without an entry.</summary>
    Empty,
}

/// <summary>Tar archives of apps as files: what they are known by, and how they are unpacked.</summary>
internal static class TarFormat
{
    /// <summary>How large an archive may be, unpacked.</summary>
    public const long MaximumSize = 8L * 1024 * 1024 * 1024;

    private const int HeaderLength = 512;

    /// <summary>The end of an archive: two blocks of zeros.</summary>
    private const int EndLength = 2 * HeaderLength;
    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    private static readonly FileStreamOptions ReadOnly = new()
    {
        Share = FileShare.Read | FileShare.Delete, BufferSize = 128 * 1024, Options = FileOptions.SequentialScan,
    };

    /// <summary>Whether an exception says that an archive is damaged, or cannot be read.</summary>
    public static bool IsDamage(Exception exception) => exception is InvalidDataException or IOException or UnauthorizedAccessException;

    /// <summary>Opens an archive, unpacked.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">How messages name it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>A stream that can seek, when the archive is not compressed.</returns>
    /// <exception cref="PackException"><c>AppFileUnreadable</c>.</exception>
    public static async Task<Stream> OpenAsync(string path, string name, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await Gunzip.OpenAsync(new FileStream(path, ReadOnly), cancellationToken).ConfigureAwait(false);
            return stream.CanSeek ? stream : new BoundedStream(stream, () => AppErrors.TooLarge(name, MaximumSize), MaximumSize);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw AppErrors.Unreadable(name, exception);
        }
    }

    /// <summary>Looks at the first header. A file that begins with a zip's signature is not looked at.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">How messages name it.</param>
    /// <exception cref="PackException"><c>AppFileUnreadable</c>.</exception>
    public static TarLook Look(string path, string name)
    {
        var start = new byte[EndLength];
        try
        {
            using var stream = OpenAsync(path, name, CancellationToken.None).GetAwaiter().GetResult();
            var count = stream.ReadAtLeast(start, EndLength, throwOnEndOfStream: false);
            return count == EndLength && !start.AsSpan().ContainsAnyExcept((byte)0) ? TarLook.Empty
                : count >= HeaderLength && HasChecksum(start.AsSpan(0, HeaderLength)) ? TarLook.Tar
                : TarLook.Other;
        }
        catch (InvalidDataException exception)
        {
            throw AppErrors.Damaged(name, "it is damaged or incomplete", exception);
        }
    }

    /// <summary>The name of a compression that is not supported; <see langword="null"/> for none.</summary>
    public static string? OtherCompression(ReadOnlySpan<byte> start) => start switch
    {
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd",
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "xz",
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] => "bzip2",
        _ => null,
    };

    /// <summary>Whether the sum of all bytes, those of the checksum taken for spaces, is the checksum.</summary>
    private static bool HasChecksum(ReadOnlySpan<byte> header)
    {
        var (sum, expected) = (ChecksumLength * ' ', 0);
        for (var i = 0; i < header.Length; i++)
        {
            if (i is < ChecksumOffset or >= ChecksumOffset + ChecksumLength)
            {
                sum += header[i];
            }
            else if (header[i] is >= (byte)'0' and <= (byte)'7')
            {
                expected = (expected << 3) | (header[i] - '0');
            }
        }

        return sum == expected;
    }
}
