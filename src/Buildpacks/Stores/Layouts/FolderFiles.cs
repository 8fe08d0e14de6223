using Buildpacks.IO;

namespace Buildpacks.Stores.Layouts;

/// <summary>The files of an OCI layout in a folder.</summary>
/// <param name="folder">The folder.</param>
internal sealed class FolderFiles(string folder) : IImageFiles
{
    /// <inheritdoc/>
    public string Place => folder;

    /// <inheritdoc/>
    public long? SizeOf(string path) => new FileInfo(PathOf(path)) is { Exists: true } file && FileKinds.IsFile(file.FullName, file.Length) ? file.Length : null;

    /// <inheritdoc/>
    public Stream Open(string path)
    {
        try
        {
            return new FileStream(PathOf(path), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(PathOf(path), "read", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private string PathOf(string path) => Path.Combine(folder, path);
}
