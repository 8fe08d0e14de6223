namespace Buildpacks.Engines.Podman.Cli;

/// <summary>A token that follows another at once, and from some moment on only after a time.</summary>
internal sealed class LateCancellation : IDisposable
{
    private readonly object _lock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly TimeSpan _patience;
    private bool _late;

    /// <summary>Follows a token.</summary>
    /// <param name="patience">How much later the cancellation comes, once it is to come late.</param>
    /// <param name="cancellationToken">The token.</param>
    public LateCancellation(TimeSpan patience, CancellationToken cancellationToken)
    {
        _patience = patience;
        _registration = cancellationToken.Register(Cancel);
    }

    /// <summary>The token that follows.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>From now on the cancellation comes late.</summary>
    /// <exception cref="OperationCanceledException">It has come already.</exception>
    public void Delay()
    {
        lock (_lock)
        {
            _end.Token.ThrowIfCancellationRequested();
            _late = true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _end.Dispose();
    }

    private void Cancel()
    {
        lock (_lock)
        {
            if (_late)
            {
                _end.CancelAfter(_patience);
                return;
            }
        }

        _end.Cancel();
    }
}
