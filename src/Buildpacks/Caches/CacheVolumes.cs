using Buildpacks.Configuration;
using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Caches;

/// <summary>The volumes that keep the caches of images, for whoever has no more use for them.</summary>
public static class CacheVolumes
{
    /// <summary>The cache volumes that an engine has of images, the images themselves being there or not. One call of the engine.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="images">The images' names; ids have no caches.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static Task<IReadOnlyList<string>> FindAsync(
        IEngine engine, IEnumerable<string> images, CancellationToken cancellationToken) =>
        FindAsync(engine, images, VolumeKeys.OfUser(), cancellationToken);

    /// <summary>The cache volumes, named with keys of the caller's choice.</summary>
    internal static async Task<IReadOnlyList<string>> FindAsync(
        IEngine engine, IEnumerable<string> images, VolumeKeys keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(engine);
        var names = images.Select(Reference).OfType<ImageReference>().Select(image => CacheNames.Find(image, keys)).OfType<CacheNames>()
            .SelectMany(caches => new[] { caches.Build, caches.Launch, caches.ImageCopy, caches.Kaniko }).ToHashSet(StringComparer.Ordinal);
        if (names.Count == 0)
        {
            return [];
        }

        var volumes = await engine.Volumes.ListAsync(cancellationToken).ConfigureAwait(false);
        return [.. volumes.Select(volume => volume.Name).Where(names.Contains).Order(StringComparer.Ordinal)];
    }

    /// <summary>Removes a cache volume; one that is gone already is no failure.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="volume">The volume's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="PackException"><c>CacheInUse</c>, or the engine's failure.</exception>
    public static async Task RemoveAsync(IEngine engine, string volume, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(engine);
        try
        {
            await engine.Volumes.RemoveAsync(volume, force: true, cancellationToken).ConfigureAwait(false);
        }
        catch (PackException exception) when (exception.Kind == PackErrorKind.Conflict)
        {
            throw CacheRemover.InUse(volume, exception.Message, exception);
        }
    }

    private static ImageReference? Reference(string name) =>
        ImageReference.Find(name) is { Tag: not null } reference ? reference : null;
}
