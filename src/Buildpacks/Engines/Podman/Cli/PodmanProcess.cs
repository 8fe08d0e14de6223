using System.Diagnostics;
using Buildpacks.IO;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>
/// One podman process: its streams, its end, and its record. Disposing ends a process that still runs.
/// </summary>
internal sealed class PodmanProcess : IAsyncDisposable
{
    /// <summary>How long podman gets to end by itself once it was asked to.</summary>
    private static readonly TimeSpan GracePeriod = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// How long podman gets to end by itself when the commands that it runs are ended, and how often that is tried: it may be between two of them.
    /// </summary>
    private static readonly TimeSpan CommandPeriod = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan CommandPause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How long a pipe is read on after podman's end when nothing comes: a process that podman left running in the background
    /// may hold the pipe open for as long as it lives.
    /// </summary>
    private static readonly TimeSpan DrainPeriod = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly SpoolFolder? _spool;
    private readonly Action<PodmanProcess, int?> _ended;
    private readonly Task _exit;
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private long _bytesSent;
    private long _bytesReceived;
    private int _killed;
    private volatile bool _disposed;
    private int _recorded;

    private PodmanProcess(Process process, PodmanCommand command, SpoolFolder? spool, Action<PodmanProcess, int?> ended)
    {
        _process = process;
        _spool = spool;
        _ended = ended;
        Command = command;
        _exit = process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>What it was started for.</summary>
    public PodmanCommand Command { get; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset Started { get; } = DateTimeOffset.Now;

    /// <summary>How long it has run.</summary>
    public TimeSpan Duration => Stopwatch.GetElapsedTime(_startedAt);

    /// <summary>Bytes written to its standard input.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Bytes read from its standard output and error.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Whether it was ended by <see cref="Kill"/>.</summary>
    public bool Killed => Volatile.Read(ref _killed) != 0;

    /// <summary>Ends when the process has ended.</summary>
    public Task Exit => _exit;

    /// <summary>Whether the process has ended, and not well.</summary>
    public bool Failed => _exit.IsCompleted && _process.ExitCode != 0;

    /// <summary>Starts podman.</summary>
    /// <param name="start">How; the streams are redirected here.</param>
    /// <param name="command">What for.</param>
    /// <param name="spool">The process's temporary folder, removed with the process.</param>
    /// <param name="ended">Told once of the end, with the exit code, or none when the process was killed.</param>
    public static PodmanProcess Start(
        ProcessStartInfo start, PodmanCommand command, SpoolFolder? spool, Action<PodmanProcess, int?> ended)
    {
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        spool?.Lend(process);
        return new PodmanProcess(process, command, spool, ended);
    }

    /// <summary>Closes standard input: podman sees the end of what it reads.</summary>
    public void CloseInput()
    {
        try
        {
            _process.StandardInput.BaseStream.Dispose();
        }
        catch (IOException)
        {
            // podman has gone already; its exit code tells why.
        }
    }

    /// <summary>Writes to standard input.</summary>
    /// <exception cref="IOException">podman does not read any more.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _process.StandardInput.BaseStream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref _bytesSent, bytes.Length);
    }

    /// <summary>Reads standard output.</summary>
    /// <returns>The bytes read; 0 at the end.</returns>
    public ValueTask<int> ReadOutputAsync(Memory<byte> buffer) => ReadAsync(_process.StandardOutput.BaseStream, buffer);

    /// <summary>Reads standard error.</summary>
    /// <returns>The bytes read; 0 at the end.</returns>
    public ValueTask<int> ReadErrorAsync(Memory<byte> buffer) => ReadAsync(_process.StandardError.BaseStream, buffer);

    /// <summary>Waits for the end and records the call.</summary>
    /// <returns>
    /// The exit code; <see langword="null"/> when the process was ended by <see cref="Kill"/>: podman may answer that with 0.
    /// </returns>
    public async Task<int?> WaitAsync()
    {
        await _exit.ConfigureAwait(false);
        int? exitCode = Killed ? null : _process.ExitCode;
        Record(exitCode);
        return exitCode;
    }

    /// <summary>Asks a process that runs to end, and ends it when it does not. Returns at once.</summary>
    public void Kill()
    {
        if (!_exit.IsCompleted && Interlocked.Exchange(ref _killed, 1) == 0)
        {
            _ = KillAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_exit.IsCompleted)
        {
            Kill();
            await _exit.ConfigureAwait(false);
        }

        Record(Killed ? null : _process.ExitCode);
        _disposed = true;
        CloseInput();
        await _process.StandardOutput.BaseStream.DisposeAsync().ConfigureAwait(false);
        await _process.StandardError.BaseStream.DisposeAsync().ConfigureAwait(false);
        _process.Dispose();
        if (_spool is not null)
        {
            await _spool.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task KillAsync()
    {
        try
        {
            if (Command.RunsCommands && await EndCommandsAsync().ConfigureAwait(false))
            {
                return;
            }

            if (!_process.HasExited)
            {
                ProcessSignal.SendTerminate(_process.Id);
            }

            await _exit.WaitAsync(GracePeriod).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            ProcessTree.Kill(_process);
        }
        catch (InvalidOperationException)
        {
            // Disposed in the meantime: it has ended.
        }
    }

    /// <summary>
    /// Ends the commands that podman runs. podman then ends by itself, and removes their containers; a podman that is ended leaves the commands running,
    /// and containers that are in no list and keep their image from being removed.
    /// </summary>
    /// <returns>Whether podman has ended.</returns>
    private async Task<bool> EndCommandsAsync()
    {
        for (var waited = TimeSpan.Zero; waited < CommandPeriod && !_exit.IsCompleted; waited += CommandPause)
        {
            ProcessTree.KillSessions(_process);
            await Task.WhenAny(_exit, Task.Delay(CommandPause)).ConfigureAwait(false);
        }

        return _exit.IsCompleted;
    }

    private async ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer)
    {
        try
        {
            var pending = stream.ReadAsync(buffer, CancellationToken.None);
            var count = pending.IsCompleted
                ? await pending.ConfigureAwait(false)
                : await UntilExitAsync(pending.AsTask()).ConfigureAwait(false);
            Interlocked.Add(ref _bytesReceived, count);
            return count;
        }
        catch (Exception e) when (_disposed && e is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private async Task<int> UntilExitAsync(Task<int> read) =>
        await Task.WhenAny(read, _exit).ConfigureAwait(false) == read
            ? await read.ConfigureAwait(false)
            : await QuietRead.FinishAsync(read, DrainPeriod, CancellationToken.None).ConfigureAwait(false);

    private void Record(int? exitCode)
    {
        if (Interlocked.Exchange(ref _recorded, 1) == 0)
        {
            _ended(this, exitCode);
        }
    }
}
