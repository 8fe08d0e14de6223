using System.Text;

namespace Buildpacks.Testing.Fuzzing;

/// <summary>Breaks a tar archive, and most of the time makes its checksums right again, so that more than the checksum is looked at.</summary>
public static class TarMutator
{
    private const int Block = 512;

    private static readonly Mutator Bytes = new();

    /// <summary>The places and lengths of a header's fields that readers trust.</summary>
    private static readonly (int Offset, int Length)[] Fields = [(0, 100), (100, 8), (124, 12), (136, 12), (156, 1), (157, 100), (257, 8), (345, 155)];

    /// <summary>Breaks an archive.</summary>
    public static byte[] Mutate(Random random, byte[] tar)
    {
        var broken = random.Next(4) switch
        {
            0 => Bytes.Mutate(random, tar),
            1 => MoveBlocks(random, tar),
            _ => BreakField(random, tar),
        };
        return random.Next(8) == 0 ? broken : WithChecksums(broken);
    }

    private static byte[] BreakField(Random random, byte[] tar)
    {
        var headers = Headers(tar).ToList();
        if (headers.Count == 0)
        {
            return tar;
        }

        var broken = tar.ToArray();
        var (offset, length) = Fields[random.Next(Fields.Length)];
        var field = broken.AsSpan(headers[random.Next(headers.Count)] + offset, length);
        switch (random.Next(4))
        {
            case 0:
                random.NextBytes(field);
                break;
            case 1:
                field.Fill((byte)'7');
                break;
            case 2:
                field.Clear();
                field[0] = 0x80;
                break;
            default:
                field[random.Next(field.Length)] = "xgLKS0123457\0/."u8[random.Next(15)];
                break;
        }

        return broken;
    }

    private static byte[] MoveBlocks(Random random, byte[] tar)
    {
        var blocks = tar.Chunk(Block).ToList();
        if (blocks.Count == 0)
        {
            return tar;
        }

        var block = blocks[random.Next(blocks.Count)];
        if (random.Next(2) == 0)
        {
            blocks.Insert(random.Next(blocks.Count), block);
        }
        else
        {
            blocks.Remove(block);
        }

        return [.. blocks.SelectMany(bytes => bytes)];
    }

    private static IEnumerable<int> Headers(byte[] tar)
    {
        for (var at = 0; at + Block <= tar.Length; at += Block)
        {
            if (tar.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))
            {
                yield return at;
            }
        }
    }

    private static byte[] WithChecksums(byte[] tar)
    {
        var mended = tar.ToArray();
        foreach (var at in Headers(tar))
        {
            Checksum(mended.AsSpan(at, Block));
        }

        return mended;
    }

    /// <summary>Writes the checksum of a header.</summary>
    public static void Checksum(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in header)
        {
            sum += value;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
    }
}
