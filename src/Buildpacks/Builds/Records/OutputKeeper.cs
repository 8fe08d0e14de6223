using System.Text;

namespace Buildpacks.Builds.Records;

/// <summary>Keeps the first and the last part of a build's output: a buildpack may write gigabytes.</summary>
internal sealed class OutputKeeper
{
    private const int FirstSize = 128 * 1024;
    private const int LastSize = 512 * 1024;

    /// <summary>What an empty line counts, so that there cannot be too many of them.</summary>
    private const int LineCost = 32;

    private readonly List<PackOutputLine> _first = [];
    private readonly Queue<PackOutputLine> _last = new();

    /// <summary>For each stream, standard error or not, of which something was left out: whether the last of that has more pieces after it.</summary>
    private readonly Dictionary<bool, bool> _cut = [];
    private int _firstSize;
    private int _lastSize;
    private long _goneLines;
    private long _goneCharacters;

    /// <summary>Keeps a line, or a piece of a long one.</summary>
    public void Add(PackOutputLine line)
    {
        var cost = line.Text.Length + LineCost;
        if (_last.Count == 0 && _firstSize + cost <= FirstSize)
        {
            _first.Add(line);
            _firstSize += cost;
            return;
        }

        _last.Enqueue(line);
        _lastSize += cost;
        while (_lastSize > LastSize)
        {
            var gone = _last.Dequeue();
            _lastSize -= gone.Text.Length + LineCost;
            Leave(gone);
        }
    }

    /// <summary>The lines, without secrets and colours, and what is missing among them. Called once, when all was added.</summary>
    /// <remarks>A secret that was cut in two would not be recognized: a line that has lost a piece goes with all its pieces.</remarks>
    public (IReadOnlyList<PackOutputLine> Lines, PackOutputGap? Gap) Read(LogMask mask)
    {
        if (_goneCharacters == 0 && _goneLines == 0)
        {
            return (Hide(Join([.. _first, .. _last], out _), mask), null);
        }

        var first = Join(_first, out var unfinished);
        foreach (var (isError, text) in unfinished)
        {
            _goneCharacters += text.Length;
            first.RemoveAll(line => line.Text == text);
            _cut.TryAdd(isError, true);
        }

        var last = Join(_last.Where(piece => !IsRest(piece)), out _);
        return (Hide([.. first, .. last], mask), new PackOutputGap(first.Count, _goneLines, _goneCharacters));
    }

    private void Leave(PackOutputLine piece)
    {
        _goneCharacters += piece.Text.Length;
        _cut[piece.IsError] = piece.GoesOn;
        _goneLines += _cut[piece.IsError] ? 0 : 1;
    }

    /// <summary>Whether a piece belongs to a line that has lost another one: then it goes too.</summary>
    private bool IsRest(PackOutputLine piece)
    {
        if (!_cut.GetValueOrDefault(piece.IsError))
        {
            return false;
        }

        Leave(piece);
        return true;
    }

    /// <summary>Puts the pieces of long lines together again.</summary>
    private static List<(StringBuilder Text, bool IsError)> Join(IEnumerable<PackOutputLine> pieces, out Dictionary<bool, StringBuilder> unfinished)
    {
        var lines = new List<(StringBuilder Text, bool IsError)>();
        unfinished = [];
        foreach (var piece in pieces)
        {
            if (!unfinished.Remove(piece.IsError, out var text))
            {
                lines.Add((text = new StringBuilder(), piece.IsError));
            }

            text.Append(piece.Text);
            if (piece.GoesOn)
            {
                unfinished.Add(piece.IsError, text);
            }
        }

        return lines;
    }

    private static List<PackOutputLine> Hide(IEnumerable<(StringBuilder Text, bool IsError)> lines, LogMask mask) =>
        [.. lines.Select(line => new PackOutputLine(mask.Hide(PlainText.Of(line.Text.ToString())), line.IsError))];
}
