using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildpacks.Descriptors;
using Buildpacks.Descriptors.Labels;
using Buildpacks.IO;
using Buildpacks.Oci;

namespace Buildpacks.Modules;

/// <summary>A packaged buildpack (<c>.cnb</c>): an OCI layout in a tar or a folder, with one buildpack or several in its layers.</summary>
/// <param name="archive">The file or folder.</param>
internal sealed class PackageFile(IContentSource archive)
{
    private const string MetadataLabel = "io.buildpacks.buildpackage.metadata";
    private const long MaximumJsonSize = 8 * 1024 * 1024;

    /// <summary>The archive is read once for each.</summary>
    private const int MaximumModules = 250;

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
        var index = await ReadJsonAsync(LayoutPath.IndexFile, null, OciJson.Default.OciIndex, cancellationToken).ConfigureAwait(false);
        var descriptor = index.Manifests.FirstOrDefault(entry => entry.MediaType is MediaTypes.Manifest or MediaTypes.DockerManifest)
            ?? throw archive.Invalid($"its {LayoutPath.IndexFile} does not name a manifest");
        var manifest = await ReadBlobAsync(descriptor.Digest, OciJson.Default.OciManifest, cancellationToken).ConfigureAwait(false);
        var config = await ReadBlobAsync(manifest.Config.Digest, OciJson.Default.OciImageConfig, cancellationToken).ConfigureAwait(false);
        var main = ReadLabel(config, MetadataLabel, BuilderJson.Default.ModuleInfo);
        var layers = ReadLabel(config, kind is ModuleKind.Buildpack ? BuilderLabels.BuildpackLayers : BuilderLabels.ExtensionLayers, BuilderJson.Default.ModuleLayers);

        if (layers.Sum(entry => (long)(entry.Value?.Count ?? 0)) > MaximumModules)
        {
            throw archive.Invalid($"it contains more than {MaximumModules} modules");
        }

        var modules = new List<BuilderModule>();
        try
        {
            foreach (var (id, version, layer) in layers.SelectMany(entry => entry.Value?.Select(of => (entry.Key, of.Key, of.Value)) ?? []))
            {
                modules.Add(await ReadModuleAsync(kind, id, version, BlobOf(layer?.LayerDiffId, config, manifest), cancellationToken).ConfigureAwait(false));
            }

            return modules.Exists(IsMain)
                ? [.. modules.OrderByDescending(IsMain).ThenBy(module => module.Descriptor.FullName, StringComparer.Ordinal)]
                : throw archive.Invalid($"it is the package of {main.Id}@{main.Version}, but does not contain it");
        }
        catch
        {
            foreach (var module in modules)
            {
                await module.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }

        bool IsMain(BuilderModule module) => module.Descriptor.Info.Id == main.Id && module.Descriptor.Info.Version == main.Version;
    }

    private async Task<BuilderModule> ReadModuleAsync(
        ModuleKind kind, string id, string version, string digest, CancellationToken cancellationToken)
    {
        var folder = BuilderModule.FolderOf(new BuildpackDescriptor { Kind = kind, Api = "", Info = new ModuleInfo { Id = id, Version = version } });
        var content = new ArchiveContent(
            $"{archive.Name} ({id}@{version})", cancellation => CopyEntryAsync(LayoutPath.Blob(digest), digest, long.MaxValue, cancellation),
            PackErrorIds.BuildpackArchiveInvalid, folder);
        return await ModuleReader.ReadAsync(content, kind, cancellationToken).ConfigureAwait(false);
    }

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

    private T ReadLabel<T>(OciImageConfig config, string label, JsonTypeInfo<T> type)
        where T : class
    {
        var json = config.Config?.Labels?.GetValueOrDefault(label);
        return string.IsNullOrEmpty(json)
            ? throw archive.Invalid($"it has no label {label}")
            : Parse(Encoding.UTF8.GetBytes(json), $"label {label}", type);
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
