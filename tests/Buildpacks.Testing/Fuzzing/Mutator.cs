using System.Text;

namespace Buildpacks.Testing.Fuzzing;

/// <summary>Breaks bytes and lines: flips, cuts, doubles, swaps, and puts in what has troubled parsers before.</summary>
/// <param name="words">What the format means something by.</param>
public sealed class Mutator(params IEnumerable<string> words)
{
    private const int LargestInput = 64 * 1024;

    private static readonly string[] Nasty =
    [
        "", "\0", "\r", "\n", "\r\n", " ", "\t", "\uFEFF", "\u2028", "é", "😀", "..", "../", "/", "//", "\\", "~", "-", "--", ":", "::", "@", "=", "%", "%s", "$(id)",
        "0", "-1", "00", "2147483648", "9223372036854775808", "1e400", "NaN", "null", "true", "\"", "'", "[", "]", "{", "}", ",", "#", "\\u0000", "\\ud800",
        new string('a', 300), new string('a', 5000), new string('/', 300), new string('[', 3000), string.Concat(Enumerable.Repeat("a.", 2000)),
    ];

    private readonly byte[][] _words = [.. Nasty.Concat(words).Select(Encoding.UTF8.GetBytes)];

    /// <summary>Breaks an input a little.</summary>
    public byte[] Mutate(Random random, byte[] input)
    {
        var at = random.Next(input.Length + 1);
        var length = Math.Min(input.Length - at, random.Next(random.Next(2) == 0 ? 4 : 200));
        byte[] broken = random.Next(11) switch
        {
            0 when at < input.Length => [.. input[..at], (byte)(input[at] ^ (1 << random.Next(8))), .. input[(at + 1)..]],
            1 => [.. input[..at], (byte)random.Next(256), .. input[at..]],
            2 => input[..at],
            3 => [.. input[..at], .. input[(at + length)..]],
            4 => [.. input[..(at + length)], .. input[at..]],
            5 => [.. input[..at], .. Word(random), .. input[(at + length)..]],
            6 => [.. input[..at], .. Word(random), .. input[at..]],
            7 => [.. input[..at], .. Enumerable.Repeat(Word(random), random.Next(1, 50)).SelectMany(word => word), .. input[at..]],
            8 => WithLines(random, input, lines => lines.RemoveAt(random.Next(lines.Count))),
            9 => WithLines(random, input, lines => lines.Insert(random.Next(lines.Count), lines[random.Next(lines.Count)])),
            _ => WithLines(random, input, lines => ReplaceValue(random, lines)),
        };
        return broken.Length > LargestInput ? broken[..LargestInput] : broken;
    }

    private byte[] Word(Random random) => _words[random.Next(_words.Length)];

    private static byte[] WithLines(Random random, byte[] input, Action<List<byte[]>> change)
    {
        var lines = new List<byte[]>();
        var start = 0;
        for (var i = 0; i < input.Length; i++)
        {
            if (input[i] == (byte)'\n' || i == input.Length - 1)
            {
                lines.Add(input[start..(i + 1)]);
                start = i + 1;
            }
        }

        if (lines.Count == 0)
        {
            return [(byte)random.Next(256)];
        }

        change(lines);
        return [.. lines.SelectMany(line => line)];
    }

    private void ReplaceValue(Random random, List<byte[]> lines)
    {
        var index = random.Next(lines.Count);
        var line = lines[index];
        var cut = line.AsSpan().IndexOfAny((byte)'=', (byte)':');
        lines[index] = [.. line[..(cut + 1)], .. Word(random), (byte)'\n'];
    }
}
