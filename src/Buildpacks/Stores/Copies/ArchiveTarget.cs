using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores.Archives;

namespace Buildpacks.Stores.Copies;

/// <summary>An archive that an image is copied to, whole.</summary>
/// <param name="path">The file.</param>
/// <param name="form">docker's form or OCI's.</param>
/// <param name="overwrite">Whether a file that is there is replaced.</param>
internal sealed class ArchiveTarget(string path, ArchiveForm form, bool overwrite) : IImageTarget
{
    /// <inheritdoc/>
    public string Place => path;

    /// <inheritdoc/>
    public async Task<CopiedImage> TakeAsync(
        IImageSource source, IReadOnlyList<ImageReference> names, IProgress<long> progress, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path) || (File.Exists(path) && !overwrite))
        {
            throw new PackException(PackErrorIds.DestinationExists, PackErrorKind.Conflict, $"'{path}' already exists.")
            {
                Target = path,
                RecommendedAction = Directory.Exists(path) ? "It is a folder: specify a file, or use -Format Layout." : "Specify another file, or use -Force to replace it.",
            };
        }

        long bytes = 0;
        ArchiveImage? image = null;
        await FileWriting.WriteAsync(path, async file =>
        {
            var counting = new CountingStream(file, progress);
            await using (counting.ConfigureAwait(false))
            {
                var writer = new ImageArchiveWriter(counting, form);
                await using (writer.ConfigureAwait(false))
                {
                    image = await WriteAsync(source, names, writer, cancellationToken).ConfigureAwait(false);
                }

                bytes = counting.Written;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }).ConfigureAwait(false);
        return new CopiedImage(image!.ConfigDigest, image.Layers.Count, 0, bytes) { ManifestDigest = form == ArchiveForm.Oci ? image.ManifestDigest : null };
    }

    private static async Task<ArchiveImage> WriteAsync(
        IImageSource source, IReadOnlyList<ImageReference> names, ImageArchiveWriter writer, CancellationToken cancellationToken)
    {
        var layers = new Dictionary<string, ArchiveLayer>(StringComparer.Ordinal);
        var written = new HashSet<string>(StringComparer.Ordinal);
        var config = await source.ReadAsync(
            layer =>
            {
                layers[layer.DiffId] = layer;
                return written.Add(layer.Blob.Digest);
            },
            (layer, content, token) => writer.WriteBlobAsync(layer.Blob.Digest, layer.Blob.Size, content, token),
            cancellationToken).ConfigureAwait(false);
        var image = new ArchiveImage(config, [.. source.Config.Rootfs.DiffIds.Select(diffId => layers[diffId])], [.. names.Select(name => name.ToString())]);
        await writer.CompleteAsync(image, cancellationToken).ConfigureAwait(false);
        return image;
    }
}
