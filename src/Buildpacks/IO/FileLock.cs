using System.Diagnostics;

namespace Buildpacks.IO;

/// <summary>A file that one process at a time holds open.</summary>
internal static class FileLock
{
    private const int HeldOnLinux = 11;
    private const int HeldOnMac = 35;
    private const int HeldOnWindows = unchecked((int)0x80070020);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
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
                Thread.Sleep(Pause);
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

    /// <summary>Takes the lock, however long another process holds it.</summary>
    /// <param name="path">The lock's file. It is removed with the lock.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static Task<IDisposable> TakeAsync(string path, CancellationToken cancellationToken) =>
        TakeAsync(() => TryTake(path), TimeSpan.MaxValue, cancellationToken);

    /// <summary>Takes the lock, without blocking a thread while another process holds it.</summary>
    /// <param name="take">Takes the lock if nobody holds it.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IOException">Another process holds it for longer, or the file cannot be made.</exception>
    public static async Task<IDisposable> TakeAsync(Func<IDisposable?> take, TimeSpan patience, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (take() is { } taken)
            {
                return taken;
            }

            if (waited.Elapsed > patience)
            {
                throw new IOException("Another process holds the lock.");
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a file that stays, for this process and others that share it.</summary>
    /// <param name="path">The file, which exists.</param>
    /// <returns>Disposing it gives the file back; <see langword="null"/> when somebody holds it alone.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IDisposable? TryShare(string path) => TryOpen(() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1));

    /// <summary>Takes a file that stays, for this holder alone.</summary>
    /// <param name="path">The file, which exists.</param>
    /// <returns>Disposing it gives the file back; <see langword="null"/> when somebody else holds it.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static IDisposable? TryHold(string path) => TryOpen(() => new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1));

    private static IDisposable? TryOpen(Func<IDisposable> open)
    {
        try
        {
            return open();
        }
        catch (Exception exception) when (IsHeld(exception))
        {
            return null;
        }
    }

    /// <summary>On Windows a file that is being removed by who held it is out of reach for a moment.</summary>
    private static bool IsHeld(Exception exception) =>
        exception is IOException { HResult: HeldOnLinux or HeldOnMac or HeldOnWindows }
        || (exception is UnauthorizedAccessException && OperatingSystem.IsWindows());

    private static IDisposable Open(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }

        // Who held the lock before may have removed the file after it was opened here: then it is nobody's lock any more.
        while (true)
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            var identity = FileIdentity.Of(file.SafeFileHandle);
            if (identity is null || identity == FileIdentity.Of(path))
            {
                return new HeldFile(file, path);
            }

            file.Dispose();
        }
    }

    /// <summary>A lock's file. It is removed before it is given back, so that nobody removes the file of another holder.</summary>
    private sealed class HeldFile(FileStream file, string path) : IDisposable
    {
        private bool _isDisposed;

        public void Dispose()
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            try
            {
                File.Delete(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A file without a holder is nobody's lock.
            }

            file.Dispose();
        }
    }
}
