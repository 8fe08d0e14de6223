namespace Buildpacks.Stores;

/// <summary>The files of a layout or an archive, by their paths in it. Nothing outside of it can be named.</summary>
internal interface IImageFiles : IDisposable
{
    /// <summary>Where they are: the folder's or the archive's path.</summary>
    string Place { get; }

    /// <summary>A file's size.</summary>
    /// <returns>The size in bytes; <see langword="null"/> when there is no such file.</returns>
    long? SizeOf(string path);

    /// <summary>Opens a file, of as many bytes as <see cref="SizeOf"/> says. One is read at a time.</summary>
    Stream Open(string path);
}
