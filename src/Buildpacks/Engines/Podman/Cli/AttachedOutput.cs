using System.Text;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>
/// Hands on what an attached container writes. podman's own last words come on the container's standard error; they are held back
/// for a moment, so that whoever knows how the process ended can tell whose they are.
/// </summary>
internal sealed class AttachedOutput(IContainerOutput output)
{
    private const int BufferSize = 64 * 1024;

    /// <summary>podman ends right after its last words: what is followed by more time than this was the container's.</summary>
    private static readonly TimeSpan HoldPeriod = TimeSpan.FromMilliseconds(300);

    private readonly object _turn = new();
    private byte[] _held = [];
    private bool _atLineStart = true;

    /// <summary>Copies both streams to their ends. A taker that throws ends the process.</summary>
    public Task CopyAsync(PodmanProcess process, ErrorTail errors) =>
        Task.WhenAll(OrKillAsync(process, CopyOutputAsync(process)), CopyErrorsAsync(process, errors));

    /// <summary>Copies standard error to its end. A taker that throws ends the process.</summary>
    public Task CopyErrorsAsync(PodmanProcess process, ErrorTail errors) => OrKillAsync(process, TakeErrorsAsync(process, errors));

    /// <summary>Hands on what came on standard output.</summary>
    public void WriteOutput(ReadOnlySpan<byte> bytes) => Write(isError: false, bytes);

    /// <summary>Whether last words are held back.</summary>
    public bool Holds => _held.Length > 0;

    /// <summary>A result with what podman itself said in place of all that came on standard error, the container's words among it.</summary>
    public PodmanResult OwnWordsOf(PodmanResult result) =>
        result with { Errors = Holds ? Encoding.UTF8.GetString(_held) : result.ExitCode > PodmanErrors.FirstSignal ? "" : result.Errors };

    /// <summary>Hands on what was held back: it was the container's.</summary>
    public void Release()
    {
        if (_held.Length > 0)
        {
            Write(isError: true, _held);
            _held = [];
        }
    }

    private async Task CopyOutputAsync(PodmanProcess process)
    {
        var buffer = new byte[BufferSize];
        while (await process.ReadOutputAsync(buffer).ConfigureAwait(false) is var count and > 0)
        {
            WriteOutput(buffer.AsSpan(0, count));
        }
    }

    private static async Task OrKillAsync(PodmanProcess process, Task copying)
    {
        try
        {
            await copying.ConfigureAwait(false);
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    private async Task TakeErrorsAsync(PodmanProcess process, ErrorTail errors)
    {
        var buffer = new byte[BufferSize];
        while (true)
        {
            var read = process.ReadErrorAsync(buffer).AsTask();
            if (_held.Length > 0 && await Task.WhenAny(read, Task.Delay(HoldPeriod)).ConfigureAwait(false) != read)
            {
                Release();
            }

            var count = await read.ConfigureAwait(false);
            if (count == 0)
            {
                return;
            }

            Release();
            errors.Append(buffer.AsSpan(0, count));
            TakeErrors(buffer.AsSpan(0, count));
        }
    }

    private void TakeErrors(ReadOnlySpan<byte> bytes)
    {
        var cut = LastWordsIn(bytes);
        if (cut > 0)
        {
            Write(isError: true, bytes[..cut]);
        }

        _held = bytes[cut..].ToArray();
        _atLineStart = bytes[^1] is (byte)'\n';
    }

    /// <summary>Where the last line that begins as podman's errors do begins; the end when there is none.</summary>
    private int LastWordsIn(ReadOnlySpan<byte> bytes)
    {
        var mark = "\nError: "u8;
        return bytes.LastIndexOf(mark) is var line and >= 0 ? line + 1
            : _atLineStart && bytes.StartsWith(mark[1..]) ? 0
            : bytes.Length;
    }

    private void Write(bool isError, ReadOnlySpan<byte> bytes)
    {
        lock (_turn)
        {
            output.Write(isError, bytes);
        }
    }
}
