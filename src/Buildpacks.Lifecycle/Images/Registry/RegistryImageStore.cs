using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Registry;

/// <summary>Images in registries of this machine.</summary>
/// <param name="logins">How the platform logs in, by registry.</param>
/// <param name="names">Reads image names.</param>
internal sealed class RegistryImageStore(IReadOnlyDictionary<string, string> logins, ImageNameParser names) : IImageStore
{
    private readonly Dictionary<string, RegistryClient> clients = new(StringComparer.Ordinal);
    private readonly Lazy<DirectoryInfo> scratch = new(() => Directory.CreateTempSubdirectory("lifecycle.layers."));

    /// <inheritdoc/>
    public string Place => "in the registry";

    /// <inheritdoc/>
    public string NameOf(string name) => name;

    /// <inheritdoc/>
    public async Task<ExistingImage?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var image = names.Parse(name);
        var client = ClientOf(image);
        if (await client.GetManifestAsync(image, cancellationToken) is not { } content)
        {
            return null;
        }

        var manifest = RegistryClient.Parse(content, OciJson.Default.OciManifest);
        var config = await client.GetDocumentAsync(image, manifest.Config.Digest, OciJson.Default.OciImageConfig, cancellationToken);
        return config.Rootfs.DiffIds.Count == manifest.Layers.Count
            ? new ExistingImage(name, $"{image.Name}@{Sha256.DigestOf(content)}", config) { Layers = manifest.Layers }
            : throw new InvalidDataException($"the image '{name}' is broken: its config has {config.Rootfs.DiffIds.Count} layers and its manifest {manifest.Layers.Count}");
    }

    /// <inheritdoc/>
    public async Task<Stream?> OpenLayerAsync(ExistingImage image, string diffId, CancellationToken cancellationToken)
    {
        if (image.FindLayer(diffId) is not { } layer)
        {
            return null;
        }

        var reference = names.Parse(image.Identifier);
        var path = Path.Combine(scratch.Value.FullName, OciDigest.Hex(layer.Digest));
        await using (var file = File.Create(path))
        {
            if (!await ClientOf(reference).TryReadBlobAsync(reference, layer.Digest, file, cancellationToken))
            {
                return null;
            }
        }

        return LayerStream.Open(path);
    }

    /// <inheritdoc/>
    public IImageExport StartExport(string name, ExistingImage runImage, ExistingImage? previous) =>
        new RegistryExport(ClientOf(names.Parse(name)), names, scratch.Value.FullName, runImage, previous);

    /// <inheritdoc/>
    public Task KeepAliveAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }

        if (scratch.IsValueCreated)
        {
            scratch.Value.Delete(recursive: true);
        }
    }

    private RegistryClient ClientOf(ImageReference image) =>
        clients.TryGetValue(image.Registry, out var known) ? known : clients[image.Registry] = RegistryClient.For(image, logins);
}
