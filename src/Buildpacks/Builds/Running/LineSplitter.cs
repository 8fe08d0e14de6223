using System.Text;

namespace Buildpacks.Builds.Running;

/// <summary>Cuts a stream of UTF-8 bytes into lines. A line that does not end comes in pieces.</summary>
/// <param name="onLine">Gets each line without its line end, and whether it is a piece that goes on with the next one.</param>
/// <param name="safeLength">Says how much of a piece may go before the next; at least some of it does.</param>
internal sealed class LineSplitter(Action<string, bool> onLine, Func<string, int> safeLength)
{
    /// <summary>How many characters a piece of a line has at most.</summary>
    public const int MaximumLine = 16 * 1024;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();
    private readonly char[] _characters = new char[4096];

    /// <summary>Takes bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            _decoder.Convert(bytes, _characters, flush: false, out var used, out var count, out _);
            bytes = bytes[used..];
            Take(_characters.AsSpan(0, count));
        }
    }

    /// <summary>Gives out what is left when the stream has ended.</summary>
    public void Complete()
    {
        _decoder.Convert([], _characters, flush: true, out _, out var count, out _);
        Take(_characters.AsSpan(0, count));
        if (_line.Length > 0)
        {
            Emit();
        }
    }

    private void Take(ReadOnlySpan<char> characters)
    {
        while (!characters.IsEmpty)
        {
            var end = characters.IndexOf('\n');
            var part = end < 0 ? characters : characters[..end];
            var room = MaximumLine - _line.Length;
            if (part.Length > room)
            {
                _line.Append(part[..room]);
                EmitPiece();
                characters = characters[room..];
                continue;
            }

            _line.Append(part);
            characters = characters[part.Length..];
            if (end >= 0)
            {
                characters = characters[1..];
                Emit();
            }
        }
    }

    private void EmitPiece()
    {
        var text = _line.ToString();
        var length = safeLength(text) is var safe and > 0 ? safe : text.Length;
        _line.Remove(0, length);
        onLine(text[..length], true);
    }

    private void Emit()
    {
        if (_line.Length > 0 && _line[^1] == '\r')
        {
            _line.Length--;
        }

        var line = _line.ToString();
        _line.Clear();
        onLine(line, false);
    }
}
