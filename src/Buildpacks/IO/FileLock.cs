using System.Diagnostics;

namespace Buildpacks.IO;

/// <summary>A file that one process at a time holds open.</summary>
internal static class FileLock
{
    private const int HeldOnLinux = 11;
    private const int HeldOnMac = 35;
    private const int HeldOnWindows = unchecked((int)0x80070020);

    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(5);

    /// <summary>Takes the lock; whoever holds it, holds it for milliseconds.</summary>
    /// <param name="path">The lock's file. It is removed with the lock.</param>
    /// <param name="patience">How long to wait for a lock that is held; five seconds by default.</param>
    /// <returns>Disposing it gives the lock back.</returns>
    /// <exception cref="IOException">Another process holds it for longer, or the file cannot be made.</exception>
    public static IDisposable Take(string path, TimeSpan? patience = null)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return Open(path);
            }
            catch (Exception exception) when (IsHeld(exception) && waited.Elapsed < (patience ?? UsualPatience))
            {
                Thread.Sleep(10);
            }
        }
    }

    /// <summary>Takes the lock if nobody holds it.</summary>
    /// <param name="path">The lock's file. It is removed with the lock; one that a killed process left is nobody's.</param>
    /// <returns>Disposing it gives the lock back; <see langword="null"/> when it is held.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static IDisposable? TryTake(string path)
    {
        try
        {
            return Open(path);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return null;
        }
    }

    /// <summary>On Windows a file that is being removed by who held it is out of reach for a moment.</summary>
    private static bool IsHeld(Exception exception) =>
        exception is IOException { HResult: HeldOnLinux or HeldOnMac or HeldOnWindows }
        || (exception is UnauthorizedAccessException && OperatingSystem.IsWindows());

    private static FileStream Open(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
}
