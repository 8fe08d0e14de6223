using System.Text;

namespace Buildpacks.Engines;

/// <summary>Keeps the end of what a program writes on standard error, whatever the amount, and hands out its lines as they come.</summary>
internal sealed class ErrorTail(Action<string>? onLine = null)
{
    /// <summary>How many bytes are kept.</summary>
    public const int Capacity = 64 * 1024;

    private const int LongestLine = 4096;

    private readonly object _lock = new();
    private readonly byte[] _ring = new byte[Capacity];
    private readonly List<byte> _line = [];
    private long _written;

    /// <summary>Adds all that comes from a stream, to its end.</summary>
    public async Task AppendAsync(Stream stream)
    {
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
        {
            Append(buffer.AsSpan(0, count));
        }
    }

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (onLine is not null)
        {
            SplitLines(bytes);
        }

        lock (_lock)
        {
            _written += bytes.Length;
            var kept = bytes.Length > Capacity ? bytes[^Capacity..] : bytes;
            var at = (int)((_written - kept.Length) % Capacity);
            var first = Math.Min(kept.Length, Capacity - at);
            kept[..first].CopyTo(_ring.AsSpan(at));
            kept[first..].CopyTo(_ring);
        }
    }

    /// <summary>What is kept, as text; it may begin in the middle of a line.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            if (_written <= Capacity)
            {
                return Encoding.UTF8.GetString(_ring, 0, (int)_written);
            }

            var start = (int)(_written % Capacity);
            return Encoding.UTF8.GetString([.. _ring.AsSpan(start), .. _ring.AsSpan(0, start)]);
        }
    }

    private void SplitLines(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value is not ((byte)'\n' or (byte)'\r'))
            {
                if (_line.Count < LongestLine)
                {
                    _line.Add(value);
                }
            }
            else if (_line.Count > 0)
            {
                onLine!(Encoding.UTF8.GetString([.. _line]));
                _line.Clear();
            }
        }
    }
}
