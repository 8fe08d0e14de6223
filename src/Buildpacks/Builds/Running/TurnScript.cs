using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Buildpacks.Engines;
using Buildpacks.IO;

namespace Buildpacks.Builds.Running;

/// <summary>
/// A shell script that runs phases in one container, each when it is told to. It reads a line for each phase from standard input, a mark, and when
/// the phase has ended it writes the mark and the exit code to standard output. What the phase started and left running is killed before, so that
/// it lives on into no later phase. A phase reads nothing, so only the shell gets the mark; one that finds it in the memory of the shell can only
/// say that it has ended itself.
/// </summary>
internal sealed class TurnScript : IContainerOutput
{
    /// <summary>The program that a container cannot start when its image has no shell.</summary>
    public const string Shell = "/bin/sh";

    private const string Text =
        "for phase in \"$@\"; do IFS= read -r mark || exit 1; eval \"$phase\" </dev/null; code=$?; kill -s KILL -- -1 2>/dev/null; "
        + "printf '\\000%s %s\\n' \"$mark\" \"$code\"; [ \"$code\" -eq 0 ] || exit \"$code\"; done";

    private const int MarkBytes = 16;
    private const int LongestCode = 3;

    private readonly IReadOnlyList<PhaseTurn> _turns;
    private readonly LifecycleOutput _output;
    private readonly object _gate = new();
    private byte[] _held = [];
    private byte[] _mark = [];
    private TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes a script.</summary>
    /// <param name="turns">The phases.</param>
    /// <param name="output">Takes their output, without the marks.</param>
    public TurnScript(IReadOnlyList<PhaseTurn> turns, LifecycleOutput output)
    {
        (_turns, _output) = (turns, output);
        Command = [Shell, "-c", Text, "sh", .. turns.Select(turn => string.Join(' ', turn.Phase.Command.Select(ShellQuote.Quote)))];
    }

    /// <summary>The command of the container.</summary>
    public IReadOnlyList<string> Command { get; }

    /// <summary>Writes the lines for which the script waits, and tells of the end of each phase that ended well.</summary>
    /// <param name="input">Standard input of the container.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task WriteTurnsAsync(Stream input, CancellationToken cancellationToken)
    {
        foreach (var turn in _turns)
        {
            await turn.EnterAsync(cancellationToken).ConfigureAwait(false);
            var (line, ended) = NextMark();
            await input.WriteAsync(line, cancellationToken).ConfigureAwait(false);
            await input.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (await ended.WaitAsync(cancellationToken).ConfigureAwait(false) != 0)
            {
                return;
            }

            turn.End();
        }
    }

    /// <inheritdoc/>
    public void Write(bool isError, ReadOnlySpan<byte> bytes)
    {
        if (isError)
        {
            _output.Write(isError: true, bytes);
            return;
        }

        lock (_gate)
        {
            byte[] all = [.. _held, .. bytes];
            _held = [];
            Take(all);
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf((byte)0) is var at and >= 0)
        {
            Hand(bytes[..at]);
            bytes = bytes[at..];
            var compared = Math.Min(bytes.Length, _mark.Length);
            if (_mark.Length == 0 || !bytes[..compared].SequenceEqual(_mark.AsSpan(0, compared)))
            {
                Hand(bytes[..1]);
                bytes = bytes[1..];
                continue;
            }

            var code = bytes[compared..];
            var end = code.IndexOf((byte)'\n');
            if (end < 0 && code.Length <= LongestCode)
            {
                _held = bytes.ToArray();
                return;
            }

            if (end < 0 || !int.TryParse(code[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var exitCode))
            {
                Hand(bytes[..1]);
                bytes = bytes[1..];
                continue;
            }

            _mark = [];
            bytes = code[(end + 1)..];
            _ended.TrySetResult(exitCode);
        }

        Hand(bytes);
    }

    private void Hand(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            _output.Write(isError: false, bytes);
        }
    }

    private (byte[] Line, Task<int> Ended) NextMark()
    {
        var mark = Convert.ToHexString(RandomNumberGenerator.GetBytes(MarkBytes));
        lock (_gate)
        {
            _mark = Encoding.ASCII.GetBytes($"\0{mark} ");
            _ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Encoding.ASCII.GetBytes(mark + "\n"), _ended.Task);
        }
    }
}
