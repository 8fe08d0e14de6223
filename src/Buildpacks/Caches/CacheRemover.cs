using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Sessions;

namespace Buildpacks.Caches;

/// <summary>Removes caches, except those of running builds.</summary>
public static class CacheRemover
{
    /// <summary>What a lifecycle has in a folder that is a cache. Nothing else is removed from a folder.</summary>
    private static readonly string[] Content = ["committed", "staging", "committed-backup"];

    /// <summary>Removes a cache of an engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="cache">The cache, a volume or a folder.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="PackException"><c>CacheInUse</c>, <c>CacheUnremovable</c>, or the engine's failure.</exception>
    public static Task RemoveAsync(IEngine engine, PackCache cache, CancellationToken cancellationToken) =>
        RemoveAsync(engine, cache, CacheBooks.OfUser(), cancellationToken);

    /// <summary>Removes a cache, by books of the caller's choice.</summary>
    internal static async Task RemoveAsync(IEngine engine, PackCache cache, CacheBooks books, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(cache);
        var turns = new List<IDisposable>();
        try
        {
            foreach (var name in cache.ImageNames)
            {
                // Between two containers, or before the first one, only the build's lock tells that it runs.
                if (ImageReference.Find(name) is not { } image)
                {
                    continue;
                }

                if (!books.Markers.Turns.TryTake(BuildTurn.Name(EngineKey.Of(engine), image.ToString()), out var turn))
                {
                    throw InUse(cache.Name, $"A build of '{name}' is running.", null);
                }

                if (turn is not null)
                {
                    turns.Add(turn);
                }
            }

            await RemoveContentAsync(engine, cache, cancellationToken).ConfigureAwait(false);
            Forget(engine, cache, books.Uses);
        }
        finally
        {
            turns.ForEach(turn => turn.Dispose());
        }
    }

    private static Task RemoveContentAsync(IEngine engine, PackCache cache, CancellationToken cancellationToken)
    {
        if (cache.Place == PackCachePlace.Volume)
        {
            return CacheVolumes.RemoveAsync(engine, cache.Name, cancellationToken);
        }

        RemoveFolder(cache.Name);
        return Task.CompletedTask;
    }

    internal static PackException InUse(string cache, string reason, PackException? cause) =>
        new(PackErrorIds.CacheInUse, PackErrorKind.Conflict, $"The cache '{cache}' is in use and was not removed. {reason}", cause)
        {
            Target = cache,
            RecommendedAction = "Wait until the build ends, and then remove the cache.",
        };

    /// <summary>Removes what a lifecycle has in a folder, and the folder when it is empty then.</summary>
    /// <exception cref="PackException"><c>CacheUnremovable</c>.</exception>
    internal static void RemoveFolder(string folder)
    {
        try
        {
            foreach (var path in Content.Select(name => Path.Combine(folder, name)))
            {
                if (new DirectoryInfo(path) is { Exists: true, LinkTarget: null })
                {
                    Directory.Delete(path, recursive: true);
                }
                else
                {
                    // A file in the place of the folder, or a link, whose target stays.
                    File.Delete(path);
                }
            }

            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PackException(PackErrorIds.CacheUnremovable, PackErrorKind.Failed, $"The cache folder '{folder}' cannot be removed: {exception.Message}", exception)
            {
                Target = folder,
                RecommendedAction = $"Its files may belong to a user of a container. Remove it as root; podman without root removes it with 'podman unshare rm -r {folder}'.",
            };
        }
    }

    /// <summary>Forgets the uses that name no other cache that exists.</summary>
    private static void Forget(IEngine engine, PackCache cache, CacheUses uses)
    {
        foreach (var use in uses.Of(EngineKey.Of(engine)).Where(use => new[] { use.BuildVolume, use.BuildFolder, use.LaunchVolume, use.LaunchFolder }.Contains(cache.Name)))
        {
            var (build, launch) = (use.BuildVolume ?? use.BuildFolder, use.LaunchVolume ?? use.LaunchFolder);
            if ((build is null || build == cache.Name) && (launch is null || launch == cache.Name))
            {
                uses.Remove(use);
            }
            else
            {
                uses.Store(build == cache.Name ? use with { BuildVolume = null, BuildFolder = null } : use with { LaunchVolume = null, LaunchFolder = null });
            }
        }
    }
}
