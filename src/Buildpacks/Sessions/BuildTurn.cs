using System.Security.Cryptography;
using System.Text;
using Buildpacks.IO;

namespace Buildpacks.Sessions;

/// <summary>
/// Builds of one image on one engine come one after the other: they share a cache, which no lifecycle expects to change under its
/// hands, and each begins with the image that the one before it made.
/// </summary>
/// <param name="folder">The folder of the lock files.</param>
internal sealed class BuildTurn(string folder)
{
    private const string Extension = ".lock";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The name of the turn of builds of an image on an engine.</summary>
    public static string Name(string engine, string image) => $"{engine} {image}";

    /// <summary>Takes the turn if no build has it.</summary>
    /// <param name="image">The image and the engine.</param>
    /// <param name="turn">Disposing it lets the next build begin; <see langword="null"/> where no file can be made.</param>
    /// <returns>Whether no build has it.</returns>
    public bool TryTake(string image, out IDisposable? turn)
    {
        turn = null;
        try
        {
            Directory.CreateDirectory(folder);
            turn = FileLock.TryTake(PathOf(image));
            return turn is not null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Waits for the builds that came before.</summary>
    /// <param name="image">The image and the engine, by any name that is the same for every build of it.</param>
    /// <param name="waits">Called once when there is something to wait for.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Disposing it lets the next one begin, and so does the end of this process; <see langword="null"/> where no file can be made.</returns>
    public async Task<IDisposable?> TakeAsync(string image, Action waits, CancellationToken cancellationToken)
    {
        var path = PathOf(image);
        try
        {
            Directory.CreateDirectory(folder);
            for (var first = true; ; first = false)
            {
                if (FileLock.TryTake(path) is { } turn)
                {
                    return turn;
                }

                if (first)
                {
                    waits();
                }

                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes the files of builds that were killed.</summary>
    public void RemoveAbandoned()
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension).ToList())
            {
                FileLock.TryTake(path)?.Dispose();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // There are none, or they are another user's.
        }
    }

    private string PathOf(string image) =>
        Path.Combine(folder, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(image)), 0, 12).ToLowerInvariant() + Extension);
}
