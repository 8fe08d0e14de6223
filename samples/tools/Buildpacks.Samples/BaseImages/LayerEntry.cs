namespace Buildpacks.Samples.BaseImages;

/// <summary>How a file of this machine goes into a layer.</summary>
public static class LayerEntry
{
    private const UnixFileMode Permissions = (UnixFileMode)0x1ff;

    /// <summary>Whether everyone may read a file.</summary>
    public static bool IsReadable(string path) => File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead);

    /// <summary>The mode in the image: no file changes its user there.</summary>
    public static UnixFileMode ModeOf(string path) => File.GetUnixFileMode(path) & Permissions;
}
