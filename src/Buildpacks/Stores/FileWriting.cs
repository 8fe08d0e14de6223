using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Stores;

/// <summary>Writes files beside the place that they are for, so that nobody ever sees half of one.</summary>
internal static class FileWriting
{
    private const int BufferSize = 128 * 1024;

    /// <summary>A name that nobody has, in the same folder.</summary>
    public static string Neighbour(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");

    /// <summary>Refuses a folder that cannot be created or written to. Nothing is left of the attempt.</summary>
    /// <param name="folder">The folder, which need not exist.</param>
    /// <exception cref="PackException"><c>PathUnusable</c>.</exception>
    public static void CheckFolder(string folder)
    {
        if (File.Exists(folder))
        {
            throw FileErrors.Unusable(folder, "used as a folder", new IOException("It is a file."));
        }

        var made = FirstMissing(folder);
        try
        {
            Directory.CreateDirectory(folder);
            File.Create(OwnedPath.New(folder), 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(folder, "used as a folder", exception);
        }
        finally
        {
            if (made is not null)
            {
                TryDeleteFolder(made);
            }
        }
    }

    /// <summary>The uppermost folder of a path that does not exist.</summary>
    private static string? FirstMissing(string folder)
    {
        string? missing = null;
        for (var path = Path.GetFullPath(folder); path is not null && !Path.Exists(path); path = Path.GetDirectoryName(path))
        {
            missing = path;
        }

        return missing;
    }

    /// <summary>Writes a file and gives it its name when it is whole.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="PackException"><c>NoSpace</c> or <c>PathUnusable</c>; the file is as it was.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        var draft = Neighbour(path);
        try
        {
            var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                await write(file).ConfigureAwait(false);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch (Exception exception)
        {
            TryDelete(draft);
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw FileErrors.Unusable(path, "written", exception);
            }

            throw;
        }
    }

    /// <summary>Writes a file of text into a folder, which is made if need be.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The file's name; one that is there is replaced.</param>
    /// <param name="text">The content, written as UTF-8.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="PackException"><c>NoSpace</c> or <c>PathUnusable</c>; the file is as it was.</exception>
    public static async Task WriteAsync(string folder, string name, string text, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(folder, "created", exception);
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        await WriteAsync(Path.Combine(folder, name), file => file.WriteAsync(bytes, cancellationToken).AsTask()).ConfigureAwait(false);
    }

    /// <summary>Removes a folder with all that is in it, if that can be done.</summary>
    public static void TryDeleteFolder(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What made the writing fail may keep the folder, too.
        }
    }

    /// <summary>Removes a file, if that can be done.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What made the writing fail may keep the file, too.
        }
    }
}
