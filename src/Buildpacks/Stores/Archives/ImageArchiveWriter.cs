using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Archives;

/// <summary>
/// Writes an archive of one image for an engine to load: blobs in any order as they come, then the description. Nothing is held in
/// memory but the description.
/// </summary>
/// <param name="destination">Where the tar goes; not closed.</param>
/// <param name="form">The form the engine loads.</param>
public sealed class ImageArchiveWriter(Stream destination, ArchiveForm form) : IAsyncDisposable
{
    /// <summary>The archive's form.</summary>
    public ArchiveForm Form => form;

    private readonly TarWriter _tar = new(destination, TarEntryFormat.Pax, leaveOpen: true);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>Writes a blob and checks that it is what its digest says. A blob that is there already is not written again.</summary>
    /// <param name="digest">The blob's digest.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="PackException"><c>LayoutInvalid</c>: the bytes do not have that digest, or are fewer.</exception>
    public async Task WriteBlobAsync(string digest, long length, Stream content, CancellationToken cancellationToken)
    {
        var path = LayoutPath.Blob(digest);
        if (!_written.Add(path))
        {
            return;
        }

        using var checkedContent = new DigestStream(content, length);
        try
        {
            await _tar.WriteFileAsync(path, TarOwner.Root, checkedContent, cancellationToken).ConfigureAwait(false);
        }
        catch (EndOfStreamException exception)
        {
            throw LayoutErrors.Invalid($"the blob {digest} ends early: {exception.Message.TrimEnd('.')}", exception);
        }

        if (checkedContent.TakeDigest() is var actual && actual != digest)
        {
            throw LayoutErrors.Invalid($"the blob {digest} does not match its digest: the digest of its content is {actual}", new InvalidDataException(actual));
        }
    }

    /// <summary>Writes an entry as it is, for layers that come from another archive.</summary>
    internal Task WriteEntryAsync(TarEntry entry, CancellationToken cancellationToken) => _tar.WriteEntryAsync(entry, cancellationToken);

    /// <summary>Writes the description of the image: config, manifest and names. It comes last.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task CompleteAsync(ArchiveImage image, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        await WriteOnceAsync(LayoutPath.Blob(image.ConfigDigest), image.Config, cancellationToken).ConfigureAwait(false);
        if (form == ArchiveForm.Oci)
        {
            await CompleteOciAsync(image, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await CompleteDockerAsync(image, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the archive.</summary>
    public ValueTask DisposeAsync() => _tar.DisposeAsync();

    private async Task CompleteOciAsync(ArchiveImage image, CancellationToken cancellationToken)
    {
        var index = new OciIndex { Manifests = image.ToIndex() };

        await WriteOnceAsync(LayoutPath.Blob(image.ManifestDigest), image.Manifest, cancellationToken).ConfigureAwait(false);
        await WriteOnceAsync(
            LayoutPath.IndexFile, JsonSerializer.SerializeToUtf8Bytes(index, OciJson.Default.OciIndex), cancellationToken).ConfigureAwait(false);
        await WriteOnceAsync(
            LayoutPath.MarkerFile, Encoding.UTF8.GetBytes(LayoutPath.MarkerContent), cancellationToken).ConfigureAwait(false);
    }

    private async Task CompleteDockerAsync(ArchiveImage image, CancellationToken cancellationToken)
    {
        foreach (var held in image.Layers.Where(layer => layer.Held))
        {
            await WriteOnceAsync(PathOf(held), ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        }

        var manifest = new DockerArchiveEntry
        {
            Config = LayoutPath.Blob(image.ConfigDigest),
            RepoTags = image.Names,
            Layers = [.. image.Layers.Select(PathOf)],
        };
        await WriteOnceAsync(
            DockerArchiveJson.FileName,
            JsonSerializer.SerializeToUtf8Bytes([manifest], DockerArchiveJson.Default.Manifest),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteOnceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (_written.Add(path))
        {
            await _tar.WriteFileAsync(path, TarOwner.Root, content, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string PathOf(ArchiveLayer layer) => layer.Path ?? LayoutPath.Blob(layer.Blob.Digest);
}
