using System.Diagnostics;

namespace Buildpacks.IO;

/// <summary>
/// Paths for temporary files and folders whose names say which process they belong to, so that what a killed process left can be
/// told from what is in use.
/// </summary>
internal static class OwnedPath
{
    private const string Prefix = "buildpacks-";
    private const int RandomLength = 8;

    /// <summary>A path for something new of this process.</summary>
    /// <param name="folder">The folder it is to be in.</param>
    public static string New(string folder) =>
        Path.Combine(folder, $"{Prefix}{ProcessIdentity.Current()}.{Path.GetRandomFileName()[..RandomLength]}");

    /// <summary>Says that another process uses a folder, too, which may outlive this one.</summary>
    /// <param name="path">A folder of this process.</param>
    /// <param name="user">The other process.</param>
    /// <exception cref="IOException">It cannot be written down.</exception>
    public static void Lend(string path, Process user)
    {
        if (ProcessIdentity.Of(user) is { } identity)
        {
            File.Create(Path.Combine(path, identity.ToString())).Dispose();
        }
    }

    /// <summary>Removes what this user's processes left that are gone, and those that it was lent to. What cannot be removed stays.</summary>
    /// <param name="folder">The folder it would be in.</param>
    public static void RemoveAbandoned(string folder)
    {
        try
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(folder, Prefix + "*").Where(IsAbandoned).ToList())
            {
                Remove(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // There is no such folder, or it is not for this user to look into.
        }
    }

    private static bool IsAbandoned(string path) =>
        ProcessIdentity.TryParse(Path.GetFileNameWithoutExtension(path)[Prefix.Length..]) is { } owner && owner.IsGone() && FileOwner.IsThisUser(path)
        && (!IsFolder(path) || Directory.EnumerateFiles(path).All(IsNoSignOfLife));

    private static bool IsNoSignOfLife(string file) => ProcessIdentity.TryParse(Path.GetFileName(file)) is not { } user || user.IsGone();

    private static bool IsFolder(string path) => Directory.Exists(path) && new FileInfo(path).LinkTarget is null;

    private static void Remove(string path)
    {
        try
        {
            if (IsFolder(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process removes it at this moment, or a process that outlived its parent still writes there.
        }
    }
}
