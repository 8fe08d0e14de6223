using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Buildpacks.Builds.Extending;
using Buildpacks.Engines;
using Buildpacks.IO;

namespace Buildpacks.Builds.Running;

/// <summary>
/// A shell script that runs phases in one container, each when it is told to. It reads a line for each phase from standard input, a mark, and when
/// the phase has ended it writes the mark and the exit code to standard output. What the phase started and left running is killed before, so that
/// it lives on into no later phase. A phase reads nothing, so only the shell gets the mark; one that finds it in the memory of the shell can only
/// say that it has ended itself. Between two phases, the platform may apply image extensions: the script gives out the files that this takes, as a phase
/// whose output is an archive, and unpacks what it gets for them.
/// </summary>
internal sealed class TurnScript : IContainerOutput
{
    /// <summary>The program that a container cannot start when its image has no shell.</summary>
    public const string Shell = "/bin/sh";

    /// <summary>
    /// The line with the mark of the next phase; an empty one ends the script. The archive comes in parts, since no tar leaves anything of its input to others
    /// (<see cref="ArchiveParts"/>); the mark and a full stop say that a part was taken.
    /// </summary>
    private const string Text =
        "for phase in \"$@\"; do IFS= read -r mark && [ -n \"$mark\" ] || exit 1; if [ \"$phase\" = " + Unpack + " ]; then "
        + "{ while IFS= read -r size && [ \"$size\" != 0 ]; do head -c \"$size\" || break; printf '\\000%s " + Taken + "\\n' \"$mark\" >&3; done | TAR_OPTIONS= tar -xpf - -C / 3>&-; } 3>&1; code=$?; "
        + "else eval \"$phase\" </dev/null; code=$?; kill -s KILL -- -1 2>/dev/null; fi; "
        + "printf '\\000%s %s\\n' \"$mark\" \"$code\"; [ \"$code\" -eq 0 ] || exit \"$code\"; done";

    /// <summary>The word of the script in the place of a phase.</summary>
    private const string Unpack = "-";

    private const string Taken = ".";
    private const int MarkBytes = 16;
    private const int LongestCode = 3;

    private readonly IReadOnlyList<PhaseTurn> _turns;
    private readonly LifecycleOutput _output;
    private readonly ExtensionStage? _extensions;
    private readonly ArchiveParts _parts = new();
    private readonly object _gate = new();
    private byte[] _held = [];
    private byte[] _mark = [];
    private Stream? _files;
    private TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes a script.</summary>
    /// <param name="turns">The phases.</param>
    /// <param name="output">Takes their output, without the marks.</param>
    /// <param name="extensions">Applies image extensions between two of the phases; <see langword="null"/> for nothing in between.</param>
    public TurnScript(IReadOnlyList<PhaseTurn> turns, LifecycleOutput output, ExtensionStage? extensions = null)
    {
        (_turns, _output, _extensions) = (turns, output, extensions);
        var commands = turns.Select(turn => string.Join(' ', turn.Phase.Command.Select(ShellQuote.Quote))).ToList();
        if (extensions is not null)
        {
            commands.InsertRange(extensions.PhasesBefore, [PackUp(ExtensionStage.Files), Unpack]);
        }

        Command = [Shell, "-c", Text, "sh", .. commands];
    }

    /// <summary>The command of the container.</summary>
    public IReadOnlyList<string> Command { get; }

    /// <summary>Writes the lines for which the script waits, and tells of the end of each phase that ended well.</summary>
    /// <param name="input">Standard input of the container.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task WriteTurnsAsync(Stream input, CancellationToken cancellationToken)
    {
        for (var index = 0; index < _turns.Count; index++)
        {
            if (index == _extensions?.PhasesBefore && !await ExtendAsync(input, _extensions, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            await _turns[index].EnterAsync(cancellationToken).ConfigureAwait(false);
            if (await RunAsync(input, cancellationToken).ConfigureAwait(false) != 0)
            {
                return;
            }

            _turns[index].End();
        }
    }

    /// <summary>Lets the platform apply image extensions. What fails there is thrown when the container has ended.</summary>
    /// <returns>Whether the phases go on.</returns>
    private async Task<bool> ExtendAsync(Stream input, ExtensionStage extensions, CancellationToken cancellationToken)
    {
        try
        {
            var files = TemporaryFile.Open();
            await using (files.ConfigureAwait(false))
            {
                if (await PackUpAsync(files, input, cancellationToken).ConfigureAwait(false) is not 0 and var code)
                {
                    extensions.Stop(code);
                    return false;
                }

                files.Position = 0;
                if (await extensions.ExtendAsync(files, _output, cancellationToken).ConfigureAwait(false) is { } writeChanges)
                {
                    code = await RunAsync(input, cancellationToken, () => _parts.WriteAsync(input, writeChanges, cancellationToken)).ConfigureAwait(false);
                    if (code != 0)
                    {
                        extensions.Stop(code);
                    }

                    return code == 0;
                }
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            extensions.Stop(failure);
        }

        await WriteAsync(input, "\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async Task<int> PackUpAsync(Stream files, Stream input, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _files = files;
        }

        try
        {
            return await RunAsync(input, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _files = null;
            }
        }
    }

    /// <summary>Lets the script take its next step.</summary>
    /// <returns>The exit code of the step.</returns>
    private async Task<int> RunAsync(Stream input, CancellationToken cancellationToken, Func<Task>? writeMore = null)
    {
        var (line, ended) = NextMark();
        try
        {
            await WriteAsync(input, line, cancellationToken).ConfigureAwait(false);
            if (writeMore is not null)
            {
                await writeMore().ConfigureAwait(false);
                await input.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            return await ended.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (ended.IsCompletedSuccessfully)
        {
            // The container ended right after the step, and the writing to it with the container. Yet the step has its exit code, for which a phase in another container may wait.
            return await ended.ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(Stream input, byte[] line, CancellationToken cancellationToken)
    {
        await input.WriteAsync(line, cancellationToken).ConfigureAwait(false);
        await input.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Packs up files, those that are there.</summary>
    private static string PackUp(IEnumerable<string> files) =>
        $"(command -v tar >/dev/null && command -v head >/dev/null || exit {ExtensionStage.NoProgram}; cd / || exit; set --; "
        + $"for file in {string.Join(' ', files)}; do [ ! -e \"$file\" ] || set -- \"$@\" \"$file\"; done; TAR_OPTIONS= exec tar -cf - \"$@\")";

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
        while (_mark.Length > 0 && bytes.IndexOf(_mark) is var at and >= 0)
        {
            Hand(bytes[..at]);
            bytes = bytes[at..];
            var code = bytes[_mark.Length..];
            var end = code.IndexOf((byte)'\n');
            if (end < 0 && code.Length <= LongestCode)
            {
                _held = bytes.ToArray();
                return;
            }

            if (end < 0 || !TakeCode(code[..end]))
            {
                Hand(bytes[..1]);
                bytes = bytes[1..];
                continue;
            }

            bytes = code[(end + 1)..];
        }

        // A mark may have come in part.
        var begun = ByteMark.BeginningIn(bytes, _mark);
        Hand(bytes[..begun]);
        _held = bytes[begun..].ToArray();
    }

    /// <summary>Takes what follows a mark.</summary>
    /// <returns>Whether the script can have written it.</returns>
    private bool TakeCode(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual("."u8))
        {
            return _parts.Take();
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var exitCode))
        {
            return false;
        }

        _mark = [];
        return _ended.TrySetResult(exitCode);
    }

    private void Hand(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && _files is { } files)
        {
            Keep(files, bytes);
        }
        else if (bytes.Length > 0)
        {
            _output.Write(isError: false, bytes);
        }
    }

    /// <summary>Keeps a part of the archive. One that is too large, or that the disk does not take, is cut off: whoever reads it says so.</summary>
    private void Keep(Stream files, ReadOnlySpan<byte> bytes)
    {
        try
        {
            files.Write(bytes);
            _files = files.Position < GeneratedFiles.LargestArchive ? files : Stream.Null;
        }
        catch (IOException)
        {
            _files = Stream.Null;
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
