using System.Diagnostics;
using Buildpacks.IO;

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
            OwnerOnlyFile.CreateFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        environment["TMPDIR"] = path;
        return new SpoolFolder(path);
    }

    /// <summary>
    /// Says whose it is. A podman goes on by itself when this process is killed, and one that loads has layers in its store by the time
    /// it looks for the next in its folder: without it, they would stay and belong to no image.
    /// </summary>
    public void Lend(Process podman)
    {
        try
        {
            OwnedPath.Lend(FolderPath, podman);
        }
        catch (IOException)
        {
            // No space: podman will say so.
        }
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
