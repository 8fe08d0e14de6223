namespace Buildpacks.IO;

/// <summary>Files that are gone when they are closed, and on Unix also when the process is killed.</summary>
internal static class TemporaryFile
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Opens a new file for writing and reading.</summary>
    public static FileStream Open()
    {
        var path = Path.Combine(Path.GetTempPath(), $"buildpacks-{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = BufferSize,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
        {
            // The open file lives on without its name.
            File.Delete(path);
        }

        return file;
    }
}
