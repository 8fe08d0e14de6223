using System.Text.Json;
using Buildpacks.Configuration;
using Buildpacks.IO;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Sessions;

/// <summary>The markers of running builds: a file each.</summary>
/// <param name="folder">The folder of the files.</param>
internal sealed class BuildMarkers(string folder)
{
    /// <summary>The markers of the user.</summary>
    public static BuildMarkers OfUser() => new(Path.Combine(UserFolders.State, "builds"));

    /// <summary>The turns of builds of one image.</summary>
    public BuildTurn Turns { get; } = new(folder);

    /// <summary>Writes a marker, or replaces it.</summary>
    public void Write(BuildMarker marker)
    {
        Directory.CreateDirectory(folder);
        var draft = OwnedPath.New(folder);
        try
        {
            File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(marker, BuildMarkerJson.Default.BuildMarker));
            File.Move(draft, PathOf(marker), overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Removes a marker.</summary>
    public void Remove(BuildMarker marker) => File.Delete(PathOf(marker));

    /// <summary>Writes a marker if that can be done: without one nobody cleans up after a build that is killed, which is no reason not to build.</summary>
    public void TryWrite(BuildMarker marker, ILogger logger)
    {
        try
        {
            Write(marker);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogDebug("The marker of the build {Session} cannot be written: {Reason}", marker.Session, exception.Message);
        }
    }

    /// <summary>Removes a marker if that can be done.</summary>
    public void TryRemove(BuildMarker marker, ILogger logger)
    {
        try
        {
            Remove(marker);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogDebug("The marker of the build {Session} could not be deleted: {Reason}", marker.Session, exception.Message);
        }
    }

    /// <summary>How long ago a marker was written.</summary>
    public TimeSpan AgeOf(BuildMarker marker) => DateTime.UtcNow - File.GetLastWriteTimeUtc(PathOf(marker));

    /// <summary>The markers of builds on an engine that were killed or could not clean up.</summary>
    /// <param name="engine">The engine, as the markers name it.</param>
    public IReadOnlyList<BuildMarker> Stale(string engine)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        OwnedPath.RemoveAbandoned(folder);
        Turns.RemoveAbandoned();
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*.json").Select(Read).OfType<BuildMarker>()
                .Where(marker => marker.Engine == engine && (marker.Abandoned || marker.Process.IsGone()))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is not for this user to look into.
            return [];
        }
    }

    private static BuildMarker? Read(string path)
    {
        try
        {
            return StrictJson.Deserialize(File.ReadAllBytes(path), BuildMarkerJson.Default.BuildMarker) is { Process.Machine: not null, Session.Length: > 0 } marker
                && marker is { Volumes: not null, Images: not null, SharedVolumes: not null }
                    ? marker
                    : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // Just removed by its build, or not ours.
            return null;
        }
    }

    private string PathOf(BuildMarker marker) => Path.Combine(folder, marker.Session + ".json");
}
