using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Sparse;

/// <summary>Writes sparse images as OCI layouts into a tar archive, at the paths where a lifecycle looks for them.</summary>
/// <param name="tar">The archive.</param>
/// <param name="owner">Who owns the layouts: the lifecycle gives up root before it writes.</param>
internal sealed class SparseLayoutWriter(TarWriter tar, TarOwner owner)
{
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Writes one image's layout.</summary>
    /// <param name="root">The root of all layouts, as entries of the archive name it: no leading slash, such as <c>layers/.layouts</c>.</param>
    /// <param name="path">The layout's path under the root, as <see cref="LayoutPath"/> gives it.</param>
    /// <param name="image">The image.</param>
    /// <param name="blobs">The blobs of layers whose data is there, by digest; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task WriteAsync(
        string root, string path, SparseImage image, IReadOnlyDictionary<string, Stream>? blobs,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        ArgumentNullException.ThrowIfNull(image);
        var layout = root.Trim('/') + "/" + path;

        // Whose the folders above the root are is not for this writer to say.
        for (var parent = root.Trim('/'); parent.LastIndexOf('/') is > 0 and var slash;)
        {
            _folders.Add(parent = parent[..slash]);
        }

        var index = new OciIndex
        {
            Manifests =
            [
                new OciDescriptor { MediaType = image.MediaType, Digest = image.ManifestDigest, Size = image.Manifest.Length },
            ],
        };

        await WriteFolderAsync(layout + "/blobs/" + OciDigest.Algorithm, cancellationToken).ConfigureAwait(false);
        await WriteFileAsync(LayoutPath.MarkerFile, Encoding.UTF8.GetBytes(LayoutPath.MarkerContent)).ConfigureAwait(false);
        await WriteFileAsync(LayoutPath.IndexFile, JsonSerializer.SerializeToUtf8Bytes(index, OciJson.Default.OciIndex)).ConfigureAwait(false);
        await WriteFileAsync(LayoutPath.Blob(image.ConfigDigest), image.Config).ConfigureAwait(false);
        await WriteFileAsync(LayoutPath.Blob(image.ManifestDigest), image.Manifest).ConfigureAwait(false);
        foreach (var (digest, content) in blobs ?? new Dictionary<string, Stream>())
        {
            await tar.WriteFileAsync($"{layout}/{LayoutPath.Blob(digest)}", owner, content, cancellationToken).ConfigureAwait(false);
        }

        Task WriteFileAsync(string name, ReadOnlyMemory<byte> content) =>
            tar.WriteFileAsync($"{layout}/{name}", owner, content, cancellationToken);
    }

    /// <summary>Writes a folder and those above it, each once, so that all of them belong to the owner.</summary>
    private async Task WriteFolderAsync(string path, CancellationToken cancellationToken)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); ; slash = path.IndexOf('/', slash + 1))
        {
            var folder = slash < 0 ? path : path[..slash];
            if (_folders.Add(folder))
            {
                await tar.WriteFolderAsync(folder, owner, cancellationToken).ConfigureAwait(false);
            }

            if (slash < 0)
            {
                return;
            }
        }
    }
}
