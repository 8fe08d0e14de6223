using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Sparse;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Copies;

/// <summary>An engine's store that an image is copied to. Layers that the store holds are not sent.</summary>
/// <param name="engine">The engine; left to the caller.</param>
/// <param name="logger">Is told what is decided.</param>
internal sealed class EngineTarget(IEngine engine, ILogger logger) : IImageTarget
{
    /// <inheritdoc/>
    public string Place { get; } = EnginePlace.Of(engine);

    /// <inheritdoc/>
    public async Task<CopiedImage> TakeAsync(
        IImageSource source, IReadOnlyList<ImageReference> targets, IProgress<long> progress, CancellationToken cancellationToken)
    {
        if (targets.Count == 0)
        {
            throw CopyErrors.NameMissing(source.Place);
        }

        string[] names = [.. targets.Select(target => target.ToString())];
        var known = await engine.Images.InspectAsync([source.Id, .. names], cancellationToken).ConfigureAwait(false);
        var diffIds = source.Config.Rootfs.DiffIds;
        if ((known.GetValueOrDefault(source.Id) ?? await FindByConfigAsync(source, cancellationToken).ConfigureAwait(false)) is { } same)
        {
            logger.LogDebug("{Engine} already has the image as {Id}: nothing to copy.", engine.Kind, same.Id);
            foreach (var name in names.Where(name => known.GetValueOrDefault(name)?.Id != same.Id))
            {
                await engine.Images.TagAsync(same.Id, name, cancellationToken).ConfigureAwait(false);
            }

            return new CopiedImage(same.Id, 0, diffIds.Count, 0);
        }

        var held = await SharedLayers.FindAsync(engine, source.Config, names, cancellationToken).ConfigureAwait(false);
        logger.LogDebug("{Engine} has {Held} of {Layers} layers.", engine.Kind, held.Count, diffIds.Count);
        var wanted = diffIds.Skip(held.Count).ToHashSet(StringComparer.Ordinal);
        var before = known.ToDictionary(image => image.Key, image => image.Value.Id);
        return await new ImageLoader(engine, logger)
            .LoadOrUndoAsync(WriteAsync, held.Holders, before, progress, LandAsync, cancellationToken).ConfigureAwait(false);

        async Task<ArchiveImage> WriteAsync(ImageArchiveWriter writer, CancellationToken cancellation)
        {
            var sent = new Dictionary<string, ArchiveLayer>(StringComparer.Ordinal);
            var config = await source.ReadAsync(layer => wanted.Contains(layer.DiffId), SendAsync, cancellation).ConfigureAwait(false);
            return new ArchiveImage(
                config, [.. source.Config.Rootfs.DiffIds.Select(diffId => sent.GetValueOrDefault(diffId) ?? ArchiveLayer.HeldBy(diffId))], names);

            async Task SendAsync(ArchiveLayer layer, Stream content, CancellationToken token)
            {
                await writer.WriteBlobAsync(layer.Blob.Digest, layer.Blob.Size, content, token).ConfigureAwait(false);
                sent[layer.DiffId] = layer;
            }
        }

        async Task<CopiedImage> LandAsync(LoadedImage loaded)
        {
            var landed = await engine.Images.InspectAsync([names[0]], cancellationToken).ConfigureAwait(false);
            var moved = loaded.Sparse ? wanted.Count : diffIds.Count;
            return new CopiedImage(
                landed.GetValueOrDefault(names[0])?.Id ?? loaded.Image.ConfigDigest, moved, diffIds.Count - moved, loaded.Bytes);
        }
    }

    /// <summary>A manifest is that of one place alone, so where either goes by manifests an id that is not known says nothing.</summary>
    private async Task<ImageDetail?> FindByConfigAsync(IImageSource source, CancellationToken cancellationToken) =>
        source.IsKnownByManifest || (await engine.Images.GetTraitsAsync(cancellationToken).ConfigureAwait(false)).NamesByManifest
            ? await SameImage.FindAsync(engine, source.Config, cancellationToken).ConfigureAwait(false)
            : null;
}
