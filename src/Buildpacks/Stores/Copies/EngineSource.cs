using System.Formats.Tar;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Copies;

/// <summary>An image in an engine's store. It is read from the archive that the engine saves, which is never held.</summary>
/// <param name="engine">The engine; left to the caller.</param>
/// <param name="detail">The image.</param>
/// <param name="names">Its names that are copied.</param>
internal sealed class EngineSource(IEngine engine, ImageDetail detail, IReadOnlyList<string> names) : IImageSource
{
    /// <inheritdoc/>
    public string Place { get; } = EnginePlace.Of(engine);

    /// <inheritdoc/>
    public string Id => detail.Id;

    /// <inheritdoc/>
    public bool IsKnownByManifest => detail.IsKnownByManifest;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => names;

    /// <inheritdoc/>
    public OciImageConfig Config => detail.Config;

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(
        Predicate<ArchiveLayer> wants, Func<ArchiveLayer, Stream, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        var layers = new LayerHandout(Place, Config.Rootfs.DiffIds, wants, take);
        var documents = new SmallFiles(Place);
        var saved = await engine.Images.SaveAsync([detail.Id], cancellationToken).ConfigureAwait(false);
        await using (saved.ConfigureAwait(false))
        {
            using var tar = new TarInput(saved);
            while (await NextAsync(tar, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                if (entry is { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, DataStream: { } content })
                {
                    await ReadEntryAsync(entry, content, layers, documents, cancellationToken).ConfigureAwait(false);
                }
            }

            // The engine may fail after the last entry; it says so at the end.
            await saved.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }

        return layers.Open.Count == 0
            ? FindConfig(documents)
            : throw FileErrors.Invalid(Place, $"{engine.Kind} did not save its layer {layers.Open.First()}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>podman and new dockers name layers by their digests; old dockers do not, and no docker says which entry is what but at the end.</summary>
    private static async Task ReadEntryAsync(
        TarEntry entry, Stream content, LayerHandout layers, SmallFiles documents, CancellationToken cancellationToken)
    {
        var digest = $"{OciDigest.Algorithm}:{Path.GetFileNameWithoutExtension(entry.Name)}";
        if (layers.Open.Contains(digest))
        {
            var blob = new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = digest, Size = entry.Length };
            await layers.OfferAsync(new ArchiveLayer { DiffId = digest, Blob = blob }, () => content, cancellationToken).ConfigureAwait(false);
            return;
        }

        var (file, isLayer) = await layers.OfferUnknownAsync(content, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            if (!isLayer)
            {
                await documents.KeepAsync(entry.Name, file, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private ReadOnlyMemory<byte> FindConfig(SmallFiles documents)
    {
        var manifest = documents.Parse(DockerArchiveJson.FileName, DockerArchiveJson.Default.Manifest);
        var config = manifest is [{ } single]
            ? documents.Get(single.Config)
            : throw FileErrors.Invalid(Place, $"{engine.Kind} saved {manifest.Count} images instead of one");
        var saved = documents.Parse(single.Config, OciJson.Default.OciImageConfig);
        return saved.Rootfs.DiffIds.SequenceEqual(Config.Rootfs.DiffIds)
            ? config
            : throw FileErrors.Invalid(Place, $"{engine.Kind} saved an image other than {detail.Id}");
    }

    private async Task<TarEntry?> NextAsync(TarInput tar, CancellationToken cancellationToken)
    {
        try
        {
            return await tar.NextAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw FileErrors.Invalid(Place, $"{engine.Kind} did not save a complete tar archive", exception);
        }
    }
}
