namespace Buildpacks.IO;

/// <summary>
/// Reads what is left in a stream whose writer has ended. Another process may hold the stream open for as long as it lives, so it is taken
/// to have ended when nothing comes for a while.
/// </summary>
internal static class QuietRead
{
    private const int Rounds = 10;

    /// <summary>Waits for a read.</summary>
    /// <param name="read">The read, which has begun.</param>
    /// <param name="period">How long nothing may come.</param>
    /// <param name="cancellationToken">Ends the wait, not the read.</param>
    /// <returns>What the read returns; 0 when nothing came.</returns>
    public static async Task<int> FinishAsync(Task<int> read, TimeSpan period, CancellationToken cancellationToken)
    {
        for (var round = 0; round < Rounds && !read.IsCompleted; round++)
        {
            await Task.WhenAny(read, Task.Delay(period / Rounds, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();

            // On a busy machine, a read that has its bytes waits for a thread. This waits for one behind it, so a busy time does not count.
            await Task.Factory.StartNew(static () => { }, cancellationToken, TaskCreationOptions.PreferFairness, TaskScheduler.Default).ConfigureAwait(false);
        }

        return read.IsCompleted ? await read.ConfigureAwait(false) : 0;
    }
}
