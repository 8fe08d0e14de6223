using System.Text;
using Buildpacks.Processes;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>A file for podman alone, readable by nobody else, gone when disposed. One that a killed process left goes with the next.</summary>
internal sealed class PrivateFile : IDisposable
{
    private PrivateFile(string path) => FilePath = path;

    /// <summary>Where it is.</summary>
    public string FilePath { get; }

    /// <summary>Writes a file.</summary>
    /// <param name="text">Its content.</param>
    public static PrivateFile Create(string text)
    {
        var folder = Path.GetTempPath();
        OwnedPath.RemoveAbandoned(folder);
        var file = new PrivateFile(OwnedPath.New(folder));
        using var stream = OwnerOnlyFile.Create(file.FilePath);
        stream.Write(Encoding.UTF8.GetBytes(text));
        return file;
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(FilePath);
}
