namespace Buildpacks.Builds.Records;

/// <summary>The file that a log is written to.</summary>
/// <param name="path">Its full path.</param>
/// <param name="force">Whether it is written over although it is read-only.</param>
/// <param name="noClobber">Whether a file that is there stays as it is.</param>
public sealed class LogFile(string path, bool force, bool noClobber)
{
    /// <summary>Looks whether it can be written, before there is anything to write.</summary>
    /// <exception cref="PackException"><c>LogFileExists</c>, <c>LogFileReadOnly</c>, <c>LogPathInvalid</c>.</exception>
    public void Check()
    {
        if (Directory.Exists(path))
        {
            throw Failure(PackErrorIds.LogPathInvalid, PackErrorKind.InvalidInput, $"'{path}' is a folder.", "Specify a file in this folder.");
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            throw Failure(PackErrorIds.LogPathInvalid, PackErrorKind.NotFound, $"The folder '{folder}' does not exist.", "Create it with New-Item -ItemType Directory, or specify another folder.");
        }

        if (new FileInfo(path) is not { Exists: true } file)
        {
            return;
        }

        if (noClobber)
        {
            throw Failure(PackErrorIds.LogFileExists, PackErrorKind.Conflict, $"The file '{path}' already exists.", "Specify another file, or omit -NoClobber.");
        }

        if (file.IsReadOnly && !force)
        {
            throw Failure(PackErrorIds.LogFileReadOnly, PackErrorKind.Conflict, $"The file '{path}' is read-only.", "Specify another file, or overwrite it with -Force.");
        }
    }

    /// <summary>Writes it.</summary>
    /// <param name="content">All of it.</param>
    /// <exception cref="PackException"><c>LogFileUnwritable</c>.</exception>
    public void Write(byte[] content)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, IsReadOnly: true } file)
            {
                file.IsReadOnly = false;
            }

            using var stream = new FileStream(path, noClobber ? FileMode.CreateNew : FileMode.Create, FileAccess.Write);
            stream.Write(content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(PackErrorIds.LogFileUnwritable, PackErrorKind.Failed, $"'{path}' cannot be written: {exception.Message}", "Check the path, its permissions and the free space.", exception);
        }
    }

    private PackException Failure(string id, PackErrorKind kind, string message, string action, Exception? cause = null) =>
        new(id, kind, message, cause) { Target = path, RecommendedAction = action };
}
