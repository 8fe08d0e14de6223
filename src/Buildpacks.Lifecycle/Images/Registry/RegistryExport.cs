using System.Text.Json;
using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Registry;

/// <summary>Pushes an app image to a registry. Layers are not compressed, and layers that the registry has are not sent.</summary>
internal sealed class RegistryExport : IImageExport
{
    private readonly RegistryClient client;
    private readonly ImageNameParser names;
    private readonly string scratch;
    private readonly ExistingImage? previous;
    private readonly List<OciDescriptor> layers = [];
    private readonly Dictionary<string, string> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> repositories = new(StringComparer.Ordinal);

    /// <summary>Starts an image.</summary>
    /// <param name="client">The registry.</param>
    /// <param name="names">Reads image names.</param>
    /// <param name="scratch">A folder for layers on their way.</param>
    /// <param name="runImage">The image it is based on.</param>
    /// <param name="previous">The image whose layers may be used again.</param>
    public RegistryExport(RegistryClient client, ImageNameParser names, string scratch, ExistingImage runImage, ExistingImage? previous)
    {
        this.client = client;
        this.names = names;
        this.scratch = scratch;
        this.previous = previous;
        foreach (var layer in runImage.Layers)
        {
            AddExisting(layer, runImage);
        }
    }

    /// <inheritdoc/>
    public bool CanReuse(string diffId) => previous?.FindLayer(diffId) is not null;

    /// <inheritdoc/>
    public void Reuse(string diffId) =>
        AddExisting(previous?.FindLayer(diffId) ?? throw new InvalidDataException($"the previous image has no layer {diffId}"), previous);

    /// <inheritdoc/>
    public string Add(LayerSource layer)
    {
        var path = Path.Combine(scratch, $"layer-{layers.Count}");
        var diffId = LayerHasher.WriteFile(layer, path);
        files[diffId] = path;
        layers.Add(new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = diffId, Size = new FileInfo(path).Length });
        return diffId;
    }

    /// <inheritdoc/>
    public async Task<SavedImage> SaveAsync(OciImageConfig config, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var configContent = ImageConfigText.Of(config);
        var configBlob = new OciDescriptor { MediaType = MediaTypes.Config, Digest = Sha256.DigestOf(configContent), Size = configContent.Length };
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new OciManifest { Config = configBlob, Layers = layers }, OciJson.Default.OciManifest);
        foreach (var image in names.Select(this.names.Parse))
        {
            foreach (var digest in layers.Select(layer => layer.Digest).Distinct())
            {
                await PutLayerAsync(image, digest, cancellationToken);
            }

            if (!await client.HasBlobAsync(image, configBlob.Digest, null, cancellationToken))
            {
                await client.PutBlobAsync(image, configBlob.Digest, body => body.WriteAsync(configContent, cancellationToken).AsTask(), cancellationToken);
            }

            await client.PutManifestAsync(image, manifest, cancellationToken);
        }

        return new SavedImage(configBlob.Digest, Sha256.DigestOf(manifest), manifest.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private async Task PutLayerAsync(ImageReference image, string digest, CancellationToken cancellationToken)
    {
        var from = repositories.GetValueOrDefault(digest);
        if (await client.HasBlobAsync(image, digest, from == image.Repository ? null : from, cancellationToken))
        {
            return;
        }

        var path = files.TryGetValue(digest, out var file) ? file : throw new IOException($"the registry has no layer {digest}, which the image needs");
        await client.PutBlobAsync(
            image, digest,
            async body =>
            {
                await using var content = File.OpenRead(path);
                await content.CopyToAsync(body, cancellationToken);
            },
            cancellationToken);
    }

    private void AddExisting(OciDescriptor layer, ExistingImage from)
    {
        // An OCI manifest names OCI layers; docker's types mean the same bytes.
        layers.Add(layer with { MediaType = MediaTypes.ToOci(layer.MediaType) });
        repositories.TryAdd(layer.Digest, names.Parse(from.Identifier).Repository);
    }
}
