using Buildpacks.IO;

namespace Buildpacks.Builds.Apps;

/// <summary>
/// An app that came as a stream, in a temporary file: it is checked as a whole before a container starts, and a build may send it more than once.
/// The file is removed when this is disposed; what a killed process leaves is removed with the next build.
/// </summary>
internal sealed class StreamedApp : IDisposable
{
    private const int BufferSize = 128 * 1024;

    private StreamedApp(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="input">The stream; not closed.</param>
    /// <param name="name">How messages name it.</param>
    /// <param name="cancellationToken">
    /// Ends the reading. A read that waits for a pipe is not ended, because a process cannot take it back; its bytes are lost.
    /// </param>
    /// <exception cref="PackException"><c>AppPathEmpty</c>, <c>AppPathInvalid</c>, <c>AppFileUnreadable</c>, <c>TemporaryFileFailed</c>.</exception>
    public static async Task<StreamedApp> ReadAsync(Stream input, string name, CancellationToken cancellationToken)
    {
        var app = new StreamedApp(OwnedPath.New(System.IO.Path.GetTempPath()));
        try
        {
            var file = Create(app.Path);
            await using (file.ConfigureAwait(false))
            {
                if (await CopyAsync(input, name, file, cancellationToken).ConfigureAwait(false) == 0)
                {
                    throw AppErrors.NoContent(name);
                }
            }

            return app;
        }
        catch
        {
            app.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            File.Delete(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next build removes it.
        }
    }

    private static async Task<long> CopyAsync(Stream input, string name, FileStream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        var size = 0L;
        while (await ReadAsync(input, name, buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            if ((size += count) > TarFormat.MaximumSize)
            {
                throw AppErrors.TooLarge(name, TarFormat.MaximumSize);
            }

            try
            {
                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
            catch (IOException exception)
            {
                throw AppErrors.TemporaryFailed(file.Name, exception);
            }
        }

        return size;
    }

    /// <summary>Reads on another thread: standard input and other streams of pipes keep theirs until something comes.</summary>
    private static async Task<int> ReadAsync(Stream input, string name, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => input.ReadAsync(buffer, cancellationToken).AsTask(), CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException or InvalidDataException)
        {
            throw AppErrors.Damaged(name, exception.Message.TrimEnd('.'), exception);
        }
    }

    private static FileStream Create(string path)
    {
        try
        {
            return OwnerOnlyFile.Create(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw AppErrors.TemporaryFailed(path, exception);
        }
    }
}
