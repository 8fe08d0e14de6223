using Buildpacks.Processes;

namespace Buildpacks.Engines.Podman.Cli;

/// <summary>
/// A folder for the temporary files of one podman process. podman copies what it loads, saves and copies in to disk first; it
/// leaves those files behind when it is killed, and podman 4 leaves what it copied in even when all went well. In a folder of their
/// own they can be removed, also when it is the process that called podman which was killed: the next one does it.
/// </summary>
internal sealed class SpoolFolder : IAsyncDisposable
{
    private SpoolFolder(string path) => FolderPath = path;

    /// <summary>Where it is.</summary>
    public string FolderPath { get; }

    /// <summary>Makes a folder, where that is safe.</summary>
    /// <param name="environment">The variables that podman will see.</param>
    /// <returns>The folder; <see langword="null"/> where podman would not find its own state again with another TMPDIR.</returns>
    public static SpoolFolder? TryCreate(IDictionary<string, string?> environment)
    {
        if (OperatingSystem.IsWindows() || !RuntimeFolder.TryPin(environment))
        {
            return null;
        }

        // podman's own default for big files is /var/tmp: /tmp is often kept in memory.
        var parent = environment.TryGetValue("TMPDIR", out var chosen) && !string.IsNullOrEmpty(chosen) ? chosen
            : Directory.Exists("/var/tmp") ? "/var/tmp"
            : Path.GetTempPath();
        OwnedPath.RemoveAbandoned(parent);
        var path = OwnedPath.New(parent);
        try
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        environment["TMPDIR"] = path;
        return new SpoolFolder(path);
    }

    /// <summary>Removes the folder of a process that never was.</summary>
    public void Delete() => TryDelete();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        for (var tries = 5; !TryDelete() && tries > 0; tries--)
        {
            // A podman that was just ended may still be at its last write.
            await Task.Delay(50).ConfigureAwait(false);
        }
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(FolderPath, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
