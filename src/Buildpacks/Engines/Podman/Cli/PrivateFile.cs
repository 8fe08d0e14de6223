using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>A file for podman alone, readable by nobody else, gone when disposed. One that a killed process left goes with the next.</summary>
internal sealed class PrivateFile : IDisposable
{
    private PrivateFile(string path) => FilePath = path;

    /// <summary>Where it is.</summary>
    public string FilePath { get; }

    /// <summary>Writes a file.</summary>
    /// <param name="text">Its content.</param>
    /// <exception cref="PackException"><c>TemporaryFileFailed</c>.</exception>
    public static PrivateFile Create(string text)
    {
        var folder = Path.GetTempPath();
        OwnedPath.RemoveAbandoned(folder);
        var file = new PrivateFile(OwnedPath.New(folder));
        try
        {
            using var stream = OwnerOnlyFile.Create(file.FilePath);
            stream.Write(Encoding.UTF8.GetBytes(text));
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw new PackException(PackErrorIds.TemporaryFileFailed, PackErrorKind.Failed, $"A temporary file for podman cannot be written in '{folder}': {exception.Message}", exception)
            {
                Target = folder,
                RecommendedAction = "Free space in this folder, or set TMPDIR to another folder.",
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(FilePath);
}
