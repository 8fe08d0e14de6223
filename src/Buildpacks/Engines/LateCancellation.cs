using Buildpacks.IO;

namespace Buildpacks.Engines;

/// <summary>
/// The cancellation of a load: at once while the archive is being sent, and not before the engine had the time it needs once it has all
/// of it. A podman that is cut short then leaves layers in its store that belong to no image and that none of its commands removes, and
/// docker goes on behind the caller's back. An image that came to be can be removed.
/// </summary>
internal sealed class LateCancellation : IDisposable
{
    /// <summary>What an engine is through with in a second, on a slow disk.</summary>
    private const double BytesPerSecond = 20_000_000;

    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(5);

    private readonly object _lock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenRegistration _registration;
    private TimeSpan? _patience;
    private bool _cancelled;

    /// <summary>Follows a token.</summary>
    public LateCancellation(CancellationToken cancellationToken) => _registration = cancellationToken.Register(Cancel);

    /// <summary>The token that follows.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>Writes an archive; when that is done, the cancellation comes late.</summary>
    /// <exception cref="OperationCanceledException">The cancellation has come already.</exception>
    public ArchiveWriter After(ArchiveWriter writeArchive) => async (destination, cancellationToken) =>
    {
        var counting = new CountingStream(destination, progress: null);
        await using (counting.ConfigureAwait(false))
        {
            await writeArchive(counting, cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                if (_cancelled)
                {
                    throw new OperationCanceledException(_end.Token);
                }

                _patience = PatienceFor(counting.Written);
            }
        }
    };

    /// <summary>How long an engine gets that has all of an archive.</summary>
    /// <param name="bytes">The archive's size.</param>
    internal static TimeSpan PatienceFor(long bytes) => LeastPatience + TimeSpan.FromSeconds(bytes / BytesPerSecond);

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
            if (_patience is { } patience)
            {
                _end.CancelAfter(patience);
                return;
            }

            _cancelled = true;
        }

        _end.Cancel();
    }
}
