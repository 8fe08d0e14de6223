using System.Globalization;
using System.Text;
using Buildpacks.Lifecycle.Os;

namespace Buildpacks.Lifecycle.Layers;

/// <summary>
/// One entry's header, written byte for byte as the reference lifecycle's tar library writes it: USTAR where the entry fits,
/// else a PAX header in front for what does not. The framework's writer chooses other formats, which gives other diffIDs.
/// </summary>
internal sealed record TarHeader(TarEntryKind Kind, string Name, UnixFileMode Mode, Owner Owner)
{
    /// <summary>The size of a header and of the unit that content is padded to.</summary>
    public const int BlockSize = 512;

    private const int NameSize = 100;
    private const int PrefixSize = 155;
    private const int PrefixOffset = 345;

    /// <summary>What a symbolic link points at.</summary>
    public string LinkName { get; init; } = "";

    /// <summary>The size of a file's content.</summary>
    public long Size { get; init; }

    /// <summary>A device's major number.</summary>
    public int DeviceMajor { get; init; }

    /// <summary>A device's minor number.</summary>
    public int DeviceMinor { get; init; }

    /// <summary>The header's blocks.</summary>
    /// <param name="modified">The entry's modification time.</param>
    public byte[] ToBytes(DateTimeOffset modified)
    {
        var records = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var name = Encoding.UTF8.GetBytes(Name);
        var link = Encoding.UTF8.GetBytes(LinkName);
        var split = Split(name);
        AddText(records, "path", name, Name);
        AddText(records, "linkpath", link, LinkName);
        AddNumber(records, "uid", Owner.Uid, 8);
        AddNumber(records, "gid", Owner.Gid, 8);
        AddNumber(records, "size", Size, 12);
        if (records.Count == 0 || (split is not null && records.Count == 1 && records.ContainsKey("path")))
        {
            var ustar = new byte[BlockSize];
            Fill(ustar, name.AsSpan((split ?? -1) + 1), link, modified);
            if (split is { } at)
            {
                WriteBytes(ustar.AsSpan(PrefixOffset, PrefixSize), name.AsSpan(0, at));
            }

            Seal(ustar);
            return ustar;
        }

        var content = Encoding.UTF8.GetBytes(string.Concat(records.Select(record => Record(record.Key, record.Value))));
        var bytes = new byte[BlockSize + Padded(content.Length) + BlockSize];
        FillExtended(bytes.AsSpan(0, BlockSize), content.Length);
        content.CopyTo(bytes, BlockSize);
        var main = bytes.AsSpan(BlockSize + (int)Padded(content.Length));
        Fill(main, ToAscii(name), ToAscii(link), modified);
        Seal(main);
        return bytes;
    }

    /// <summary>The length that content takes in the archive.</summary>
    public static long Padded(long length) => (length + BlockSize - 1) / BlockSize * BlockSize;

    private void Fill(Span<byte> block, ReadOnlySpan<byte> name, ReadOnlySpan<byte> link, DateTimeOffset modified)
    {
        WriteBytes(block[..NameSize], name);
        WriteOctal(block.Slice(100, 8), (long)Mode);
        WriteOctal(block.Slice(108, 8), Owner.Uid);
        WriteOctal(block.Slice(116, 8), Owner.Gid);
        WriteOctal(block.Slice(124, 12), Size);
        WriteOctal(block.Slice(136, 12), modified.ToUnixTimeSeconds());
        block[156] = (byte)Kind;
        WriteBytes(block.Slice(157, NameSize), link);
        WriteOctal(block.Slice(329, 8), DeviceMajor);
        WriteOctal(block.Slice(337, 8), DeviceMinor);
    }

    // The header of the PAX records has a name of its own and no time.
    private void FillExtended(Span<byte> block, int length)
    {
        var slash = Name.LastIndexOf('/');
        var folder = slash < 0 ? "" : Name[..slash];
        var name = (slash < 0 ? "" : folder + "/") + "PaxHeaders.0/" + Name[(slash + 1)..];
        var bytes = ToAscii(Encoding.UTF8.GetBytes(name)).AsSpan();
        bytes = bytes.Length > NameSize ? bytes[..NameSize] : bytes;
        WriteBytes(block[..NameSize], bytes.TrimEnd((byte)'/'));
        WriteOctal(block.Slice(100, 8), 0);
        WriteOctal(block.Slice(108, 8), 0);
        WriteOctal(block.Slice(116, 8), 0);
        WriteOctal(block.Slice(124, 12), length);
        WriteOctal(block.Slice(136, 12), 0);
        block[156] = (byte)'x';
        Seal(block);
    }

    private static void AddText(SortedDictionary<string, string> records, string key, byte[] bytes, string text)
    {
        if (bytes.Length > NameSize || bytes.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)0x7f))
        {
            records[key] = text;
        }
    }

    private static void AddNumber(SortedDictionary<string, string> records, string key, long number, int width)
    {
        if (!FitsOctal(number, width))
        {
            records[key] = number.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static bool FitsOctal(long number, int width) => number >= 0 && number < 1L << ((width - 1) * 3);

    // Where a long name is parted into a prefix and a name; null when it is short, cannot be parted, or is not ASCII.
    private static int? Split(byte[] name)
    {
        if (name.Length <= NameSize || name.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)0x7f))
        {
            return null;
        }

        var length = name.Length;
        if (length > PrefixSize + 1)
        {
            length = PrefixSize + 1;
        }
        else if (name[length - 1] == '/')
        {
            length--;
        }

        var at = name.AsSpan(0, length).LastIndexOf((byte)'/');
        var suffix = name.Length - at - 1;
        return at <= 0 || suffix > NameSize || suffix == 0 || at > PrefixSize ? null : at;
    }

    private static byte[] ToAscii(byte[] text) => [.. text.Where(character => character is > 0 and < 0x80)];

    private static string Record(string key, string value)
    {
        var length = Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value) + 3;
        var size = length + Digits(length);
        if (Digits(size) + length != size)
        {
            size = Digits(size) + length;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{size} {key}={value}\n");
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private static void WriteBytes(Span<byte> field, ReadOnlySpan<byte> text)
    {
        var taken = Math.Min(text.Length, field.Length);
        text[..taken].CopyTo(field);

        // A reader must not take a cut name for a folder's.
        if (text.Length > field.Length && field[^1] == '/')
        {
            field[field[..^1].TrimEnd((byte)'/').Length] = 0;
        }
    }

    private static void WriteOctal(Span<byte> field, long number)
    {
        var fits = FitsOctal(number, field.Length) ? number : 0;
        var digits = Convert.ToString(fits, 8).PadLeft(field.Length - 1, '0');
        Encoding.ASCII.GetBytes(digits, field);
    }

    private static void Seal(Span<byte> block)
    {
        "ustar\0"u8.CopyTo(block[257..]);
        "00"u8.CopyTo(block[263..]);
        block.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in block[..BlockSize])
        {
            sum += value;
        }

        WriteOctal(block.Slice(148, 7), sum);
        block[154] = 0;
        block[155] = (byte)' ';
    }
}

/// <summary>What an entry of an archive is.</summary>
internal enum TarEntryKind
{
    /// <summary>A file with content.</summary>
    File = '0',

    /// <summary>A symbolic link.</summary>
    Symlink = '2',

    /// <summary>A character device.</summary>
    CharacterDevice = '3',

    /// <summary>A block device.</summary>
    BlockDevice = '4',

    /// <summary>A directory.</summary>
    Directory = '5',

    /// <summary>A named pipe.</summary>
    Fifo = '6',
}
