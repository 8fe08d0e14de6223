using System.Diagnostics;

namespace Buildpacks.Builds.Caches;

/// <summary>A file that one process at a time holds open.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Takes the lock; whoever holds it, holds it for milliseconds.</summary>
    /// <param name="path">The lock's file. It is removed with the lock.</param>
    /// <returns>Disposing it gives the lock back.</returns>
    /// <exception cref="IOException">Another process holds it for longer than five seconds.</exception>
    public static IDisposable Take(string path)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && waited.Elapsed < Patience)
            {
                Thread.Sleep(10);
            }
        }
    }
}
