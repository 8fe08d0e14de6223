using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildpacks.Descriptors;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Modules;

/// <summary>A packaged buildpack (<c>.cnb</c>): an OCI layout in a tar or a folder, with one buildpack or several in its layers.</summary>
/// <param name="archive">The file or folder.</param>
internal sealed class PackageFile(IContentSource archive)
{
    private const long MaximumJsonSize = 8 * 1024 * 1024;

    /// <summary>Whether an archive is a package.</summary>
    public static async Task<bool> IsPackageAsync(IContentSource archive, CancellationToken cancellationToken)
    {
        await foreach (var entry in archive.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path is LayoutPath.MarkerFile or LayoutPath.IndexFile)
            {
                return true;
            }

            // A folder of a buildpack may bear any name; its descriptor settles it.
            if (entry.Path is "buildpack.toml" or "extension.toml")
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Reads the modules of the package, the one it is named after first.</summary>
    /// <exception cref="PackException">The package is not what it should be; the message says what is missing.</exception>
    public async Task<IReadOnlyList<BuilderModule>> ReadAsync(ModuleKind kind, CancellationToken cancellationToken)
    {
        try
        {
            // Entries are looked for one by one. Only reading to the end tells that the archive is complete.
            await foreach (var entry in archive.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            return await ReadModulesAsync(kind, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw archive.Damaged(exception);
        }
    }

    private async Task<IReadOnlyList<BuilderModule>> ReadModulesAsync(ModuleKind kind, CancellationToken cancellationToken)
    {
        var index = await ReadJsonAsync(LayoutPath.IndexFile, null, OciJson.Default.OciIndex, cancellationToken).ConfigureAwait(false);
        var descriptor = index.Manifests.FirstOrDefault(entry => entry.MediaType is MediaTypes.Manifest or MediaTypes.DockerManifest)
            ?? throw archive.Invalid($"its {LayoutPath.IndexFile} does not name a manifest");
        var manifest = await ReadBlobAsync(descriptor.Digest, OciJson.Default.OciManifest, cancellationToken).ConfigureAwait(false);
        var config = await ReadBlobAsync(manifest.Config.Digest, OciJson.Default.OciImageConfig, cancellationToken).ConfigureAwait(false);
        var package = new PackageModules(archive.Name, config, archive.Invalid);
        return await package.ReadAsync(kind, (diffId, token) => OpenLayerAsync(BlobOf(diffId, config, manifest), token), cancellationToken).ConfigureAwait(false);
    }

    private Task<Stream> OpenLayerAsync(string digest, CancellationToken cancellationToken) =>
        CopyEntryAsync(LayoutPath.Blob(digest), digest, long.MaxValue, cancellationToken);

    private string BlobOf(string? diffId, OciImageConfig config, OciManifest manifest)
    {
        for (var i = 0; i < Math.Min(config.Rootfs.DiffIds.Count, manifest.Layers.Count); i++)
        {
            if (config.Rootfs.DiffIds[i] == diffId)
            {
                return Checked(manifest.Layers[i].Digest);
            }
        }

        throw archive.Invalid($"its labels name the layer {diffId}, which it does not contain");
    }

    private Task<T> ReadBlobAsync<T>(string digest, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        ReadJsonAsync(LayoutPath.Blob(Checked(digest)), digest, type, cancellationToken);

    private async Task<T> ReadJsonAsync<T>(string path, string? digest, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var file = await CopyEntryAsync(path, digest, MaximumJsonSize, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            var bytes = new byte[file.Length];
            await file.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return Parse(bytes, path, type);
        }
    }

    private T Parse<T>(byte[] json, string what, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return StrictJson.Deserialize(json, type);
        }
        catch (JsonException exception)
        {
            throw archive.Invalid($"its {what} is malformed at {exception.Path ?? "$"}: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    private string Checked(string? digest) => OciDigest.IsValid(digest) ? digest : throw archive.Invalid($"'{digest}' in it is not a digest");

    /// <summary>An entry as a file of its own: entries are where they are in the tar, in any order.</summary>
    private async Task<Stream> CopyEntryAsync(string path, string? digest, long maximum, CancellationToken cancellationToken)
    {
        await foreach (var entry in archive.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path != path || entry.Kind is not ContentEntryKind.File)
            {
                continue;
            }

            if (entry.Content.Length > maximum)
            {
                throw archive.Invalid($"its entry '{path}' is too large");
            }

            var file = TemporaryFile.Open();
            try
            {
                using var content = new DigestStream(entry.Content, entry.Content.Length);
                await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
                if (digest is not null && content.TakeDigest() is var actual && actual != digest)
                {
                    throw archive.Invalid($"its entry '{path}' does not match its digest: the digest of its content is {actual}");
                }

                file.Position = 0;
                return file;
            }
            catch
            {
                await file.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        throw archive.Invalid($"it has no entry '{path}'");
    }
}
