using Buildpacks.Stores.Archives;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Layouts;

namespace Buildpacks.Stores.Exports;

/// <summary>One reading of a layout: first as far as can be without passing a large blob on, then, if need be, to the end.</summary>
internal sealed class LayoutPass : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly LayoutReader _reader;
    private LayoutBlob? _large;

    private LayoutPass(Stream stream, LayoutImport import)
    {
        _stream = stream;
        _reader = new LayoutReader(stream, import.RunImageReference, import.RunImageTopLayer);
    }

    /// <summary>What the layout contains, once it was read to its end.</summary>
    public LayoutContent? Content { get; private set; }

    /// <summary>Whether the blobs were passed on, which can be done once.</summary>
    public bool Used { get; private set; }

    /// <summary>Opens a layout and reads up to its first large blob.</summary>
    public static async Task<LayoutPass> OpenAsync(LayoutImport import, CancellationToken cancellationToken)
    {
        var pass = new LayoutPass(await import.Open(cancellationToken).ConfigureAwait(false), import);
        try
        {
            await pass.AdvanceAsync(cancellationToken).ConfigureAwait(false);
            return pass;
        }
        catch
        {
            await pass.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Passes all layers on that have data, and reads to the end.</summary>
    /// <param name="writer">Gets the layers.</param>
    /// <param name="keeper">Keeps them too; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<LayoutContent> WriteLayersAsync(ImageArchiveWriter writer, LayerKeeper? keeper, CancellationToken cancellationToken)
    {
        Used = true;
        while (_large is { } blob)
        {
            await writer.WriteBlobAsync(blob.Digest, blob.Length, keeper?.Watch(blob) ?? blob.Content, cancellationToken).ConfigureAwait(false);
            await AdvanceAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var layer in Content!.Layers.Where(layer => !layer.Held))
        {
            if (Content.Held.TryGetValue(layer.Blob.Digest, out var small))
            {
                using var content = new MemoryStream(small.ToArray(), writable: false);
                await writer.WriteBlobAsync(layer.Blob.Digest, small.Length, content, cancellationToken).ConfigureAwait(false);
            }
        }

        return Content;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        await _stream.DisposeAsync().ConfigureAwait(false);
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
