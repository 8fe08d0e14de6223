namespace Buildpacks.IO;

/// <summary>Makes files that only this user can read, whatever the umask says.</summary>
internal static class OwnerOnlyFile
{
    /// <summary>Makes a file for writing; there must be none of that name.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
