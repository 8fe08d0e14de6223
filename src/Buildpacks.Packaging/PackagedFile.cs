using System.Security.Cryptography;
using System.Text;

namespace Buildpacks.Packaging;

/// <summary>A file of the package.</summary>
/// <param name="Path">Where it goes, below the module's folder, with <c>/</c> between the names.</param>
/// <param name="Content">What is in it.</param>
internal sealed record PackagedFile(string Path, byte[] Content)
{
    /// <summary>A file of text, with the line ends that all of them have.</summary>
    public PackagedFile(string path, string text)
        : this(path, Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n")))
    {
    }

    public string Name => System.IO.Path.GetFileName(Path);

    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));

    /// <summary>Writes it below a folder.</summary>
    public void WriteTo(string folder)
    {
        var path = System.IO.Path.Combine(folder, Path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Content);
    }
}
