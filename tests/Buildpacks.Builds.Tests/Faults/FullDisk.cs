namespace Buildpacks.Builds.Tests.Faults;

/// <summary>A file system that is full, for as long as this is not disposed.</summary>
internal sealed class FullDisk : IDisposable
{
    private const string Filler = "filler";
    private const int Block = 4096;

    private readonly string _filler;

    /// <summary>Fills a file system.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="room">How many bytes are left free.</param>
    public FullDisk(string folder, long room)
    {
        _filler = Path.Combine(folder, Filler);
        using var file = File.Create(_filler);
        var free = new DriveInfo(folder).AvailableFreeSpace - room;
        ToolRun.Run("fallocate", ["--length", $"{free / Block * Block}", _filler]).Checked();
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(_filler);
}
