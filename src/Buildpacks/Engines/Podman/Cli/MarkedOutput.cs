using Buildpacks.IO;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>podman's standard output, cut where a mark stands. What is before a mark is handed on at once, but for what may be its beginning.</summary>
/// <param name="process">The process.</param>
/// <param name="mark">The mark.</param>
internal sealed class MarkedOutput(PodmanProcess process, ReadOnlyMemory<byte> mark)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>What was read of that which follows the last mark.</summary>
    public ReadOnlyMemory<byte> Rest => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Takes what comes before a mark.</summary>
    public delegate void Taker(ReadOnlySpan<byte> bytes);

    /// <summary>Reads to the end of the next mark.</summary>
    /// <param name="take">Gets what comes before it.</param>
    /// <returns>Whether there was one; otherwise the output has ended.</returns>
    public async Task<bool> ReadToMarkAsync(Taker take)
    {
        while (true)
        {
            if (TakeToMark(take))
            {
                return true;
            }

            Rest.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var count = await process.ReadOutputAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
            if (count == 0)
            {
                Hand(take, _end);
                return false;
            }

            _end += count;
        }
    }

    /// <summary>Reads another mark, if one follows at once.</summary>
    /// <returns>Whether one did; otherwise nothing is read.</returns>
    public async Task<bool> ReadMarkAsync()
    {
        while (Rest.Length < mark.Length && mark.Span.StartsWith(Rest.Span))
        {
            Rest.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var count = await process.ReadOutputAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
            if (count == 0)
            {
                return false;
            }

            _end += count;
        }

        if (!Rest.Span.StartsWith(mark.Span))
        {
            return false;
        }

        _start += mark.Length;
        return true;
    }

    private bool TakeToMark(Taker take)
    {
        var held = Rest.Span;
        var found = held.IndexOf(mark.Span);
        if (found >= 0)
        {
            Hand(take, found);
            _start += mark.Length;
            return true;
        }

        // A mark may have come in part.
        Hand(take, ByteMark.BeginningIn(held, mark.Span));
        return false;
    }

    private void Hand(Taker take, int count)
    {
        if (count > 0)
        {
            take(Rest.Span[..count]);
            _start += count;
        }
    }
}
