using Buildpacks.Testing.Processes;

namespace Buildpacks.Testing;

/// <summary>
/// A temporary folder that others may enter. Disposing ends what still runs in it, unmounts what is still mounted below it,
/// and removes it.
/// </summary>
public sealed class TestFolder : IDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Makes the folder.</summary>
    /// <param name="purpose">A word for the folder's name.</param>
    public TestFolder(string purpose = "test")
    {
        Path = StaleFolders.NewPath(purpose);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            Directory.CreateDirectory(Path, Readable);
        }
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>A path below the folder.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Makes a folder below.</summary>
    /// <returns>Its path.</returns>
    public string Folder(string relative) => Directory.CreateDirectory(this[relative]).FullName;

    /// <summary>Writes a text file below, with its folders.</summary>
    /// <returns>Its path.</returns>
    public string File(string relative, string text)
    {
        var path = this[relative];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes a program below that everyone may start, at once.</summary>
    /// <returns>Its path.</returns>
    public string Script(string relative, string text)
    {
        var path = File(relative, text);
        StartableFile.Make(path);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => Remove(Path);

    /// <summary>Removes a folder of tests, whatever still runs or is mounted in it.</summary>
    internal static void Remove(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            // No engine ran in it.
            Directory.Delete(path, recursive: true);
            return;
        }

        // A process that is being killed may mount or write once more.
        for (var attempt = 0; attempt < 5 && Directory.Exists(path); attempt++)
        {
            LeftoverProcesses.Kill(path);
            foreach (var mount in Mounts(path))
            {
                ToolRun.Run("umount", ["-l", mount]);
            }

            // rm copes with what .NET does not: names that are not UTF-8, folders without permissions.
            ToolRun.Run("rm", ["-rf", "--", path]);
        }
    }

    private static string[] Mounts(string path) =>
        System.IO.File.ReadAllLines("/proc/self/mounts")
            .Select(line => line.Split(' ')[1].Replace("\\040", " ", StringComparison.Ordinal))
            .Where(mount => mount.StartsWith(path + "/", StringComparison.Ordinal))
            .Reverse()
            .ToArray();
}
