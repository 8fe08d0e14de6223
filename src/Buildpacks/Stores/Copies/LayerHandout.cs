using System.IO.Compression;
using System.Security.Cryptography;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Copies;

/// <summary>Hands out the layers of one image to whoever wants them, each once.</summary>
/// <param name="place">Where the image is.</param>
/// <param name="diffIds">The image's layers.</param>
/// <param name="wants">Decides about a layer.</param>
/// <param name="take">Takes a layer's content.</param>
internal sealed class LayerHandout(
    string place, IReadOnlyList<string> diffIds, Predicate<ArchiveLayer> wants, Func<ArchiveLayer, Stream, CancellationToken, Task> take)
{
    private const int BufferSize = 128 * 1024;

    private readonly HashSet<string> _open = [.. diffIds];

    /// <summary>Layers that were not offered yet.</summary>
    public IReadOnlyCollection<string> Open => _open;

    /// <summary>Offers a layer of which all is known; its content is opened if it is wanted.</summary>
    public async Task OfferAsync(ArchiveLayer layer, Func<Stream> open, CancellationToken cancellationToken)
    {
        if (!_open.Remove(layer.DiffId) || !wants(layer))
        {
            return;
        }

        var content = open();
        await using (content.ConfigureAwait(false))
        {
            await HandOutAsync(layer, content, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Offers content of which nothing is known: it is unpacked into a temporary file, and its digest says which layer it is.</summary>
    /// <param name="content">The content; not closed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The file, to be disposed; whether it is one of the layers.</returns>
    public async Task<(FileStream File, bool IsLayer)> OfferUnknownAsync(Stream content, CancellationToken cancellationToken)
    {
        var file = OpenFile();
        try
        {
            var diffId = await UnpackAsync(content, file, cancellationToken).ConfigureAwait(false);
            var isLayer = diffIds.Contains(diffId);
            if (isLayer)
            {
                file.Position = 0;
                var layer = new ArchiveLayer
                {
                    DiffId = diffId,
                    Blob = new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = diffId, Size = file.Length },
                };
                if (_open.Remove(diffId) && wants(layer))
                {
                    await HandOutAsync(layer, file, cancellationToken).ConfigureAwait(false);
                }
            }

            return (file, isLayer);
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static FileStream OpenFile()
    {
        try
        {
            return TemporaryFile.Open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Unusable(Path.GetTempPath(), "written", exception);
        }
    }

    private async Task HandOutAsync(ArchiveLayer layer, Stream content, CancellationToken cancellationToken)
    {
        using var verified = new VerifiedStream(content, layer, place);
        await take(layer, verified, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> UnpackAsync(Stream content, FileStream file, CancellationToken cancellationToken)
    {
        var start = new byte[2];
        var length = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var whole = new PrefixedStream(start.AsMemory(0, length), content);
        var unpacked = Gunzip.IsPacked(start.AsSpan(0, length)) ? new GZipStream(whole, CompressionMode.Decompress) : (Stream)whole;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        try
        {
            while (await unpacked.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
            {
                hash.AppendData(buffer, 0, count);
                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (InvalidDataException exception)
        {
            throw FileErrors.Invalid(place, "one of its layers is damaged", exception);
        }
        catch (IOException exception) when (exception is not EndOfStreamException)
        {
            throw FileErrors.Unusable(file.Name, "written", exception);
        }

        await file.FlushAsync(cancellationToken).ConfigureAwait(false);
        return OciDigest.FromHash(hash.GetHashAndReset());
    }
}
