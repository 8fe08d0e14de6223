using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Copies;

/// <summary>An image in a layout or an archive.</summary>
/// <param name="files">The files; the source owns them.</param>
/// <param name="config">The config's bytes.</param>
/// <param name="layers">The layers, the base first.</param>
internal sealed class FileSource(IImageFiles files, ReadOnlyMemory<byte> config, IReadOnlyList<FileLayer> layers) : IImageSource, IDisposable
{
    /// <inheritdoc/>
    public string Place => files.Place;

    /// <inheritdoc/>
    public string Id { get; } = OciDigest.Of(config.Span);

    /// <inheritdoc/>
    public bool IsKnownByManifest => false;

    /// <inheritdoc/>
    public required IReadOnlyList<string> Names { get; init; }

    /// <inheritdoc/>
    public required OciImageConfig Config { get; init; }

    /// <summary>The digest of the manifest; <see langword="null"/> in docker's archives, which have none.</summary>
    public string? Digest { get; init; }

    /// <summary>Whether all layers are in the files.</summary>
    public bool IsWhole => layers.All(layer => !layer.Layer.Held);

    /// <summary>The size of the layers and the config in bytes, also of layers that are not in the files.</summary>
    public long Size => config.Length + layers.Sum(layer => layer.Layer.Blob.Size);

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(
        Predicate<ArchiveLayer> wants, Func<ArchiveLayer, Stream, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        var handout = new LayerHandout(Place, Config.Rootfs.DiffIds, wants, take);
        foreach (var (layer, path, packed) in layers.Where(layer => handout.Open.Contains(layer.Layer.DiffId)))
        {
            if (packed)
            {
                await UnpackAsync(handout, layer.DiffId, path, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await handout.OfferAsync(
                    layer, () => layer.Held ? throw CopyErrors.LayerMissing(Place, layer.Blob.Digest) : files.Open(path), cancellationToken).ConfigureAwait(false);
            }
        }

        return config;
    }

    /// <inheritdoc/>
    public void Dispose() => files.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task UnpackAsync(LayerHandout handout, string diffId, string path, CancellationToken cancellationToken)
    {
        var content = files.Open(path);
        await using (content.ConfigureAwait(false))
        {
            var (file, _) = await handout.OfferUnknownAsync(content, cancellationToken).ConfigureAwait(false);
            await file.DisposeAsync().ConfigureAwait(false);
        }

        if (handout.Open.Contains(diffId))
        {
            throw FileErrors.Invalid(Place, $"its file '{path}' is not the layer {diffId}");
        }
    }
}

/// <summary>A layer of an image in files.</summary>
/// <param name="Layer">The layer; held, when its file is absent or empty.</param>
/// <param name="Path">Its file.</param>
/// <param name="Packed">Whether the file has to be unpacked before a digest that is known says anything of it.</param>
internal sealed record FileLayer(ArchiveLayer Layer, string Path, bool Packed = false);
