namespace Buildpacks.Engines;

/// <summary>
/// The cancellation of a load: at once while the archive is being sent, and some seconds later once the engine has all of it. A podman
/// that is cut short then leaves layers in its store that belong to no image and that none of its commands removes, and docker goes
/// on behind the caller's back. An image that came to be can be removed.
/// </summary>
internal sealed class LateCancellation : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly object _lock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenRegistration _registration;
    private bool _late;

    /// <summary>Follows a token.</summary>
    public LateCancellation(CancellationToken cancellationToken) => _registration = cancellationToken.Register(Cancel);

    /// <summary>The token that follows.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>Writes an archive; when that is done, the cancellation comes late.</summary>
    /// <exception cref="OperationCanceledException">The cancellation has come already.</exception>
    public ArchiveWriter After(ArchiveWriter writeArchive) => async (destination, cancellationToken) =>
    {
        await writeArchive(destination, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _end.Token.ThrowIfCancellationRequested();
            _late = true;
        }
    };

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
                _end.CancelAfter(Patience);
                return;
            }
        }

        _end.Cancel();
    }
}
