using System.Buffers.Binary;
using System.Text;

namespace Buildpacks.Samples.BaseImages;

/// <summary>What a program or library of this machine needs to run: its interpreter and the libraries it names.</summary>
/// <param name="Interpreter">The path of the program that loads it; <see langword="null"/> for a library or a static program.</param>
/// <param name="Libraries">The names of the libraries.</param>
public sealed record ElfFile(string? Interpreter, IReadOnlyList<string> Libraries)
{
    private const int HeaderSize = 64;
    private const int SegmentSize = 56;
    private const uint LoadSegment = 1;
    private const uint DynamicSegment = 2;
    private const uint InterpreterSegment = 3;
    private const long NeededTag = 1;
    private const long StringTableTag = 5;

    /// <summary>Reads a file.</summary>
    /// <returns>What it needs; <see langword="null"/> when it is no 64-bit little-endian ELF file.</returns>
    public static ElfFile? Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var header = new byte[HeaderSize];
        if (file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize || !header.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            return null;
        }

        var segments = ReadSegments(file, header);
        var interpreter = segments.Where(segment => segment.Type == InterpreterSegment)
            .Select(segment => Encoding.ASCII.GetString(Read(file, segment.Offset, segment.Size)).TrimEnd('\0')).FirstOrDefault();
        return new ElfFile(interpreter, ReadLibraries(file, segments));
    }

    private static List<Segment> ReadSegments(FileStream file, byte[] header)
    {
        var offset = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(32));
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(56));
        var table = Read(file, offset, count * SegmentSize);
        var segments = new List<Segment>(count);
        for (var i = 0; i < count; i++)
        {
            var entry = table.AsSpan(i * SegmentSize);
            segments.Add(new Segment(
                BinaryPrimitives.ReadUInt32LittleEndian(entry),
                BinaryPrimitives.ReadInt64LittleEndian(entry[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[32..])));
        }

        return segments;
    }

    private static List<string> ReadLibraries(FileStream file, List<Segment> segments)
    {
        if (segments.Find(segment => segment.Type == DynamicSegment) is not { } dynamic)
        {
            return [];
        }

        var entries = Read(file, dynamic.Offset, dynamic.Size);
        var needed = new List<long>();
        var strings = 0L;
        for (var i = 0; i + 16 <= entries.Length; i += 16)
        {
            var value = BinaryPrimitives.ReadInt64LittleEndian(entries.AsSpan(i + 8));
            switch (BinaryPrimitives.ReadInt64LittleEndian(entries.AsSpan(i)))
            {
                case NeededTag:
                    needed.Add(value);
                    break;
                case StringTableTag:
                    strings = value;
                    break;
            }
        }

        // The table is named by its address in memory; the segment that is loaded there says where it is in the file.
        var home = segments.Find(segment => segment.Type == LoadSegment && segment.Address <= strings && strings < segment.Address + segment.Size);
        return home is null ? [] : [.. needed.Select(name => ReadString(file, strings - home.Address + home.Offset + name))];
    }

    private static string ReadString(FileStream file, long offset)
    {
        file.Position = offset;
        var text = new StringBuilder();
        for (var c = file.ReadByte(); c > 0; c = file.ReadByte())
        {
            text.Append((char)c);
        }

        return text.ToString();
    }

    private static byte[] Read(FileStream file, long offset, long size)
    {
        var bytes = new byte[size];
        file.Position = offset;
        file.ReadExactly(bytes);
        return bytes;
    }

    private sealed record Segment(uint Type, long Offset, long Address, long Size);
}
