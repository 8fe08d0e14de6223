using System.IO.Pipelines;

namespace Buildpacks.Engines.Docker.Streams;

/// <summary>
/// Joins a callback that writes an archive with a request that reads one: a pipe between them holds a megabyte at most, and whichever
/// side fails ends the other.
/// </summary>
internal sealed class ArchiveFeed(ArchiveWriter writeArchive)
{
    private const int Buffered = 1 << 20;
    private const int Segment = 1 << 16;

    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: Buffered, resumeWriterThreshold: Buffered / 2, minimumSegmentSize: Segment, useSynchronizationContext: false));

    private Exception? _failure;

    /// <summary>Runs both sides to their end.</summary>
    /// <param name="writeArchive">Writes the archive.</param>
    /// <param name="send">Sends what it reads from the stream.</param>
    /// <param name="cancellationToken">Ends both.</param>
    /// <returns>Always <see langword="true"/>.</returns>
    /// <exception cref="ArchiveWriterException">The writer failed.</exception>
    public static Task<bool> RunAsync(
        ArchiveWriter writeArchive, Func<Stream, CancellationToken, Task> send, CancellationToken cancellationToken) =>
        new ArchiveFeed(writeArchive).RunAsync(send, cancellationToken);

    private async Task<bool> RunAsync(Func<Stream, CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = Task.Run(() => WriteAsync(ended.Token), CancellationToken.None);
        try
        {
            await send(_pipe.Reader.AsStream(), ended.Token).ConfigureAwait(false);
        }
        catch (Exception) when (_failure is not null)
        {
            // The request failed because the archive did.
            throw new ArchiveWriterException(_failure);
        }
        finally
        {
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }

        return true;
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var stream = new PipeWriteStream(_pipe.Writer);
        try
        {
            await using (stream.ConfigureAwait(false))
            {
                await writeArchive(stream, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // Once the request no longer reads, what the writer throws is only the echo of the request's own failure.
            _failure = stream.Refused ? null : exception;
        }

        await _pipe.Writer.CompleteAsync(_failure).ConfigureAwait(false);
    }
}
