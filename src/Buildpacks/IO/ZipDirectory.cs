using System.Buffers.Binary;

namespace Buildpacks.IO;

/// <summary>
/// The central directory of a zip file, as far as <see cref="System.IO.Compression.ZipArchive"/> does not read it: where the zip begins
/// behind a preamble, and on which system each entry was made.
/// </summary>
/// <param name="Start">The length of the preamble, when offsets in the zip are counted from its end; 0 otherwise.</param>
/// <param name="Hosts">The system of each entry, in the order of the directory: the upper byte of "version made by".</param>
internal sealed record ZipDirectory(long Start, IReadOnlyList<byte> Hosts)
{
    private const uint EndSignature = 0x06054B50;
    private const uint End64Signature = 0x06064B50;
    private const uint EntrySignature = 0x02014B50;
    private const int EndLength = 22;
    private const int End64Length = 56;
    private const int LocatorLength = 20;
    private const int EntryLength = 46;
    private const int LongestComment = ushort.MaxValue;

    /// <summary>Systems whose files have no mode: FAT, NTFS in its two numbers, and VFAT.</summary>
    private static ReadOnlySpan<byte> HostsWithoutModes => [0, 10, 11, 14];

    /// <summary>Whether an entry was made on a system whose files have no mode.</summary>
    public bool IsWithoutMode(int entry) => entry < Hosts.Count && HostsWithoutModes.Contains(Hosts[entry]);

    /// <summary>Finds the directory of a zip.</summary>
    /// <param name="file">The file.</param>
    /// <param name="allowTrailer">Whether something may follow the zip.</param>
    /// <returns><see langword="null"/> when the file does not end with one.</returns>
    public static ZipDirectory? Find(Stream file, bool allowTrailer)
    {
        var tail = new byte[Math.Min(file.Length, EndLength + LongestComment)];
        var tailStart = file.Length - tail.Length;
        file.Position = tailStart;
        file.ReadExactly(tail);
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            var end = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) != EndSignature)
            {
                continue;
            }

            var trailer = end.Length - EndLength - BinaryPrimitives.ReadUInt16LittleEndian(end[20..]);
            if (trailer == 0 || (trailer > 0 && allowTrailer))
            {
                return Read(file, tailStart + at, end);
            }
        }

        return null;
    }

    private static ZipDirectory? Read(Stream file, long end, ReadOnlySpan<byte> record)
    {
        long size = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        if (size == uint.MaxValue || offset == uint.MaxValue || BinaryPrimitives.ReadUInt16LittleEndian(record[10..]) == ushort.MaxValue)
        {
            // A zip64's own end lies right before this one and its locator.
            Span<byte> large = stackalloc byte[End64Length];
            var largeEnd = end - LocatorLength - End64Length;
            if (TryRead(file, largeEnd, large) && BinaryPrimitives.ReadUInt32LittleEndian(large) == End64Signature)
            {
                end = largeEnd;
                size = BinaryPrimitives.ReadInt64LittleEndian(large[40..]);
                offset = BinaryPrimitives.ReadInt64LittleEndian(large[48..]);
            }
        }

        if (size < 0 || offset < 0 || size > end || offset > end - size)
        {
            return null;
        }

        // Some tools correct the offsets when they put a preamble before a zip.
        var start = end - size - offset;
        var isCorrected = start > 0 && IsEntry(file, offset);
        var hosts = ReadHosts(file, isCorrected ? offset : start + offset, size);
        return hosts.Count == 0 && size > 0 ? null : new ZipDirectory(isCorrected ? 0 : start, hosts);
    }

    private static List<byte> ReadHosts(Stream file, long position, long size)
    {
        var hosts = new List<byte>();
        file.Position = position;
        Span<byte> entry = stackalloc byte[EntryLength];
        for (var left = size; left >= EntryLength; )
        {
            if (file.ReadAtLeast(entry, EntryLength, throwOnEndOfStream: false) < EntryLength
                || BinaryPrimitives.ReadUInt32LittleEndian(entry) != EntrySignature)
            {
                break;
            }

            hosts.Add(entry[5]);
            var rest = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]) + BinaryPrimitives.ReadUInt16LittleEndian(entry[30..])
                + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
            file.Seek(rest, SeekOrigin.Current);
            left -= EntryLength + rest;
        }

        return hosts;
    }

    private static bool IsEntry(Stream file, long position)
    {
        Span<byte> signature = stackalloc byte[sizeof(uint)];
        return TryRead(file, position, signature) && BinaryPrimitives.ReadUInt32LittleEndian(signature) == EntrySignature;
    }

    private static bool TryRead(Stream file, long position, Span<byte> buffer)
    {
        if (position < 0)
        {
            return false;
        }

        file.Position = position;
        return file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;
    }
}
