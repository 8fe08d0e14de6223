namespace Buildpacks.Engines.Podman.Cli;

/// <summary>Lets an <see cref="ArchiveWriter"/> write to a podman process, for as long as podman wants to read.</summary>
internal static class ArchiveFeed
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Runs the writer and closes podman's input behind it. When podman fails, the writer is stopped, wherever it waits, and the
    /// failure is left to podman's exit code; when the writer fails, podman is ended, so that it does not take a part for the whole.
    /// </summary>
    /// <param name="process">The process.</param>
    /// <param name="writeArchive">The writer.</param>
    /// <param name="enough">Stops the writer, and podman sees the end of its input: what it has will do.</param>
    /// <param name="cancellationToken">Ends podman.</param>
    public static async Task RunAsync(
        PodmanProcess process, ArchiveWriter writeArchive, CancellationToken enough, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, enough);
        var written = new TaskCompletionSource();
        var watch = StopOnFailureAsync(process, written.Task, stop);
        var input = new ProcessInputStream(process);
        try
        {
            await writeArchive(input, stop.Token).ConfigureAwait(false);
            process.CloseInput();
        }
        catch when (!cancellationToken.IsCancellationRequested && (input.Refused || stop.IsCancellationRequested))
        {
            // podman's own words, and the container's, tell more than the writer's.
            process.CloseInput();
        }
        catch
        {
            process.Kill();
            await process.Exit.ConfigureAwait(false);

            // A tar writer that is disposed on the way out writes its last blocks, and the broken pipe takes the cancellation's place.
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        finally
        {
            written.SetResult();
            await watch.ConfigureAwait(false);
            await input.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task StopOnFailureAsync(PodmanProcess process, Task written, CancellationTokenSource stop)
    {
        if (await Task.WhenAny(process.Exit, written).ConfigureAwait(false) != process.Exit)
        {
            return;
        }

        // A podman that ended well may have left the end of an archive unread, which its writer is about to write. Otherwise nobody reads any more:
        // the container was removed while its writer waited.
        if (process.Failed || await Task.WhenAny(written, Task.Delay(Rest, CancellationToken.None)).ConfigureAwait(false) != written)
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }
}
