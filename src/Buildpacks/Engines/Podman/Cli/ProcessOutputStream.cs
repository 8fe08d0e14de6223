using Buildpacks.IO;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>
/// podman's standard output as a stream whose end is podman's end: the read that would return 0 throws when podman failed.
/// </summary>
internal sealed class ProcessOutputStream : ForwardStream
{
    private const int FirstBytes = 512;

    private static readonly TimeSpan FinishPeriod = TimeSpan.FromMilliseconds(250);

    private readonly PodmanProcess _process;
    private readonly ErrorTail _errors = new();
    private readonly Task _errorPump;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _registration;
    private ReadOnlyMemory<byte> _begun;
    private PackException? _failure;
    private bool _ended;
    private int _disposed;

    /// <summary>Wraps a process whose input is closed.</summary>
    /// <param name="process">The process; the stream owns it.</param>
    /// <param name="cancellationToken">Ends the process at any time.</param>
    public ProcessOutputStream(PodmanProcess process, CancellationToken cancellationToken)
    {
        _process = process;
        _cancellation = cancellationToken;
        _registration = cancellationToken.Register(process.Kill);
        _errorPump = ProcessPump.CopyErrorsAsync(process, _errors);
    }

    /// <summary>Waits for podman's first bytes: one that fails before it writes any fails here.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[FirstBytes];
        _begun = buffer.AsMemory(0, await ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (!_begun.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, _begun.Length);
            _begun[..taken].CopyTo(buffer);
            _begun = _begun[taken..];
            return taken;
        }

        if (_failure is not null)
        {
            throw _failure;
        }

        if (_ended || buffer.IsEmpty)
        {
            return 0;
        }

        cancellationToken.ThrowIfCancellationRequested();
        using var registration = cancellationToken.Register(_process.Kill);
        var count = await _process.ReadOutputAsync(buffer).ConfigureAwait(false);
        if (count == 0)
        {
            await FinishAsync(cancellationToken).ConfigureAwait(false);
        }

        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await LetFinishAsync().ConfigureAwait(false);
        _process.Kill();

        // The pipes end when the last process that podman is made of has ended: rootless, they are two.
        await _errorPump.ConfigureAwait(false);
        await _process.DisposeAsync().ConfigureAwait(false);
        await _registration.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }

    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        _ended = true;
        await _errorPump.ConfigureAwait(false);
        var exitCode = await _process.WaitAsync().ConfigureAwait(false);
        if (exitCode != 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _cancellation.ThrowIfCancellationRequested();
            _failure = PodmanErrors.Create(_process.Command, exitCode, _errors.ToString());
            throw _failure;
        }
    }

    /// <summary>
    /// A reader of tar stops at the archive's end mark, a few blocks before the stream's end: a podman that is as good as done
    /// is let finish rather than killed.
    /// </summary>
    private async Task LetFinishAsync()
    {
        if (_ended || _process.Killed)
        {
            return;
        }

        var rest = new byte[32 * 1024];
        var drain = _process.ReadOutputAsync(rest).AsTask();
        try
        {
            if (await drain.WaitAsync(FinishPeriod).ConfigureAwait(false) < rest.Length)
            {
                await _process.Exit.WaitAsync(FinishPeriod).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            // Not done: disposing the process ends it.
        }
    }
}
