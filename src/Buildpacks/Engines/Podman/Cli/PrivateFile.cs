using System.Text;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>A file for podman alone, readable by nobody else, gone when disposed.</summary>
internal sealed class PrivateFile : IDisposable
{
    private PrivateFile(string path) => FilePath = path;

    /// <summary>Where it is.</summary>
    public string FilePath { get; }

    /// <summary>Writes a file.</summary>
    /// <param name="text">Its content.</param>
    public static PrivateFile Create(string text)
    {
        var file = new PrivateFile(Path.Combine(Path.GetTempPath(), "buildpacks-" + Path.GetRandomFileName()));
        using var stream = OwnerOnlyFile.Create(file.FilePath);
        stream.Write(Encoding.UTF8.GetBytes(text));
        return file;
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(FilePath);
}
