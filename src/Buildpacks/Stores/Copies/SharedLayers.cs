using Buildpacks.Engines;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Copies;

/// <summary>The layers of an image that an engine holds already, from the base up: docker knows a layer only together with those below it.</summary>
/// <param name="Count">How many.</param>
/// <param name="Holders">The images that have them, by id, the best first.</param>
internal sealed record SharedLayers(int Count, IReadOnlyList<string> Holders)
{
    /// <summary>
    /// Looks for them: in the images of that name and in the run image first; in all images of the engine when those do not have the
    /// whole base.
    /// </summary>
    /// <param name="engine">The engine.</param>
    /// <param name="image">The image's config.</param>
    /// <param name="names">The image's names.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<SharedLayers> FindAsync(
        IEngine engine, OciImageConfig image, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var diffIds = image.Rootfs.DiffIds;
        var app = AppMetadata.Read(image);
        var likely = await SearchAsync(engine, diffIds, [.. names, .. app?.RunImage is { } runImage ? [runImage] : Array.Empty<string>()], cancellationToken).ConfigureAwait(false);
        var baseLayers = app?.RunImageTopLayer is { } top ? diffIds.TakeWhile(diffId => diffId != top).Count() + 1 : 1;
        if (likely.Count >= Math.Min(baseLayers, diffIds.Count))
        {
            return likely;
        }

        var all = await engine.Images.ListAsync(new ImageListOptions(), cancellationToken).ConfigureAwait(false);
        return await SearchAsync(engine, diffIds, [.. all.Select(other => other.Id)], cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SharedLayers> SearchAsync(
        IEngine engine, IReadOnlyList<string> diffIds, IReadOnlyList<string> images, CancellationToken cancellationToken)
    {
        if (images.Count == 0)
        {
            return new SharedLayers(0, []);
        }

        var details = await engine.Images.InspectAsync(images, cancellationToken).ConfigureAwait(false);
        var shared = details.Values
            .Select(detail => (detail.Id, Count: diffIds.Zip(detail.Config.Rootfs.DiffIds).TakeWhile(pair => pair.First == pair.Second).Count()))
            .Where(other => other.Count > 0)
            .DistinctBy(other => other.Id)
            .OrderByDescending(other => other.Count)
            .ToList();
        return new SharedLayers(shared is [var best, ..] ? best.Count : 0, [.. shared.Select(other => other.Id)]);
    }
}
