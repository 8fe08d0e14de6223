using Buildpacks.Oci;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.Layouts;

namespace Buildpacks.Stores.Copies;

/// <summary>
/// An image that a lifecycle writes as a layout in a container. New layers are read from the layout while it is copied out; the layers that it
/// leaves out are read from images that have them.
/// </summary>
internal sealed class BuiltSource : IImageSource
{
    private readonly Stream _stream;
    private readonly LayoutReader _reader;
    private readonly IReadOnlyList<Func<CancellationToken, Task<IImageSource>>> _holders;
    private LayoutBlob? _large;

    private BuiltSource(Stream stream, string? runImageReference, string? runImageTopLayer, IReadOnlyList<Func<CancellationToken, Task<IImageSource>>> holders)
    {
        (_stream, _holders) = (stream, holders);
        _reader = new LayoutReader(stream, runImageReference, runImageTopLayer);
    }

    /// <summary>Layers that are not read but described only, by diffID.</summary>
    public IReadOnlyDictionary<string, OciDescriptor> Described { get; init; } = new Dictionary<string, OciDescriptor>();

    /// <inheritdoc/>
    public string Place => "the layout of the build";

    /// <inheritdoc/>
    public string Id => Content is { } content ? OciDigest.Of(content.ConfigBytes.Span) : "";

    /// <inheritdoc/>
    public bool IsKnownByManifest => false;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => [];

    /// <inheritdoc/>
    public OciImageConfig Config => Content?.Config ?? new OciImageConfig();

    /// <summary>What the layout contains, once it was read to its end: at once, if it has no large layer.</summary>
    public LayoutContent? Content { get; private set; }

    /// <summary>Opens a layout and reads up to its first large layer.</summary>
    /// <param name="layout">The layout as a tar stream; it is closed with the source.</param>
    /// <param name="runImageReference">What the image's labels call its run image; <see langword="null"/> to leave what the lifecycle wrote.</param>
    /// <param name="runImageTopLayer">What they call the run image's top layer; <see langword="null"/> to leave what the lifecycle wrote.</param>
    /// <param name="holders">Open the images that have the layers which the layout leaves out, the cheapest first. Opened when a layer is looked for.</param>
    /// <param name="described">Layers that are not read but described only, by diffID.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<BuiltSource> OpenAsync(
        Stream layout, string? runImageReference, string? runImageTopLayer, IReadOnlyList<Func<CancellationToken, Task<IImageSource>>> holders,
        IReadOnlyDictionary<string, OciDescriptor> described, CancellationToken cancellationToken)
    {
        var source = new BuiltSource(layout, runImageReference, runImageTopLayer, holders) { Described = described };
        try
        {
            await source.AdvanceAsync(cancellationToken).ConfigureAwait(false);
            return source;
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(
        Predicate<ArchiveLayer> wants, Func<ArchiveLayer, Stream, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        while (_large is { } large)
        {
            // Which layer it is, is known at the end of the layout only.
            var blob = new ArchiveLayer { DiffId = large.Digest, Blob = new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = large.Digest, Size = large.Length } };
            if (wants(blob))
            {
                await TakeAsync(blob, large.Content, take, cancellationToken).ConfigureAwait(false);
            }

            await large.Content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            await AdvanceAsync(cancellationToken).ConfigureAwait(false);
        }

        var missing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in Content!.Layers)
        {
            if (layer.Held)
            {
                missing.Add(layer.DiffId);
            }
            else if (wants(layer) && Content.Held.TryGetValue(layer.Blob.Digest, out var small))
            {
                using var content = new MemoryStream(small.ToArray(), writable: false);
                await TakeAsync(layer, content, take, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var layer in Described.Where(layer => missing.Remove(layer.Key)))
        {
            wants(new ArchiveLayer { DiffId = layer.Key, Blob = layer.Value, Held = true });
        }

        foreach (var open in _holders)
        {
            if (missing.Count == 0)
            {
                break;
            }

            var holder = await open(cancellationToken).ConfigureAwait(false);
            await using (holder.ConfigureAwait(false))
            {
                if (holder.Config.Rootfs.DiffIds.Any(missing.Contains))
                {
                    await holder.ReadAsync(layer => !layer.Held && missing.Remove(layer.DiffId) && wants(layer), take, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return missing.Count == 0
            ? Content.ConfigBytes
            : throw LayoutErrors.Invalid($"its layer {missing.First()} has no data, and neither the run image nor the previous image has it");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private async Task TakeAsync(ArchiveLayer layer, Stream content, Func<ArchiveLayer, Stream, CancellationToken, Task> take, CancellationToken cancellationToken)
    {
        using var verified = new VerifiedStream(content, layer, Place);
        await take(layer, verified, cancellationToken).ConfigureAwait(false);
    }

    private async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        _large = await _reader.ReadToLargeBlobAsync(cancellationToken).ConfigureAwait(false);
        if (_large is null)
        {
            Content = _reader.Complete();

            // What follows the archive is read too, so that the engine's process can end, and say so if it failed.
            await _stream.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }
    }
}
