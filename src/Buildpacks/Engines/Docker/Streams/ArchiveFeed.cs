using System.IO.Pipelines;

namespace Buildpacks.Engines.Docker.Streams;

/// <summary>
/// Joins a callback that writes an archive with a request that reads one: a pipe between them holds a megabyte at most, and whichever
/// side fails ends the other.
/// </summary>
/// <param name="writeArchive">Writes the archive.</param>
/// <param name="patience">
/// How long the engine may take to refuse the half archive that it gets when the writer fails or is cancelled; <see langword="null"/> to
/// break the request off then.
/// </param>
internal sealed class ArchiveFeed(ArchiveWriter writeArchive, TimeSpan? patience)
{
    private const int Buffered = 1 << 20;
    private const int Segment = 1 << 16;

    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: Buffered, resumeWriterThreshold: Buffered / 2, minimumSegmentSize: Segment, useSynchronizationContext: false));

    /// <summary>What a tar archive ends with. It stays back until the writer is done, for whoever has read it believes to have all.</summary>
    private const int TarEnd = 1024;

    /// <summary>No header of a tar entry: wherever an archive is cut off, it does not pass for a whole one with this at its end.</summary>
    private static readonly byte[] Spoiled = [.. Enumerable.Repeat((byte)0xff, TarEnd)];

    private Exception? _failure;

    /// <summary>Runs both sides to their end.</summary>
    /// <param name="writeArchive">Writes the archive.</param>
    /// <param name="send">Sends what it reads from the stream.</param>
    /// <param name="cancellationToken">Ends both.</param>
    /// <param name="patience">
    /// How long the engine may take to refuse the half archive that it gets when the writer fails or is cancelled; <see langword="null"/> to
    /// break the request off then.
    /// </param>
    /// <returns>Always <see langword="true"/>.</returns>
    /// <exception cref="ArchiveWriterException">The writer failed.</exception>
    public static Task<bool> RunAsync(
        ArchiveWriter writeArchive, Func<Stream, CancellationToken, Task> send, CancellationToken cancellationToken, TimeSpan? patience = null) =>
        new ArchiveFeed(writeArchive, patience).RunAsync(send, cancellationToken);

    private async Task<bool> RunAsync(Func<Stream, CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var broken = new CancellationTokenSource();
        var writing = Task.Run(() => WriteAsync(broken, ended.Token), CancellationToken.None);
        using var registration = cancellationToken.Register(() =>
        {
            // What is only to be answered yet is no half archive.
            broken.CancelAfter(writing.IsCompleted ? TimeSpan.Zero : patience ?? TimeSpan.Zero);
        });
        try
        {
            await send(_pipe.Reader.AsStream(), broken.Token).ConfigureAwait(false);
            ThrowIfFailed();
        }
        catch (Exception) when (_failure is not null)
        {
            // The request failed because the archive did.
            ThrowIfFailed();
        }
        finally
        {
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }

        return true;
    }

    private void ThrowIfFailed()
    {
        if (_failure is not null)
        {
            throw new ArchiveWriterException(_failure);
        }
    }

    private async Task WriteAsync(CancellationTokenSource broken, CancellationToken cancellationToken)
    {
        var stream = new PipeWriteStream(_pipe.Writer, patience is null ? 0 : TarEnd);
        try
        {
            await using (stream.ConfigureAwait(false))
            {
                await writeArchive(stream, cancellationToken).ConfigureAwait(false);
                await stream.ReleaseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // Once the request no longer reads, what the writer throws is only the echo of the request's own failure.
            _failure = stream.Refused ? null : exception;
            if (patience is { } limit)
            {
                broken.CancelAfter(limit);
                await _pipe.Writer.WriteAsync(Spoiled, CancellationToken.None).ConfigureAwait(false);
                await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
                return;
            }
        }

        await _pipe.Writer.CompleteAsync(_failure).ConfigureAwait(false);
    }
}

/// <summary>Carries what the caller's own archive writer threw past the translation of the engine's failures.</summary>
internal sealed class ArchiveWriterException(Exception cause) : Exception(cause.Message, cause);
