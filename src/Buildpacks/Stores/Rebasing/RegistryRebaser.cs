using Buildpacks.Oci;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Stores.Rebasing;

/// <summary>
/// Gives an app image of a registry another run image. The registry takes the run image's layers from their own repository; they are
/// copied only when the run image is in another registry. The name comes last, so that a failure leaves the image as it was.
/// </summary>
/// <param name="store">The registries.</param>
/// <param name="logger">Gets warnings.</param>
internal sealed class RegistryRebaser(IImageStore store, ILogger logger)
{
    private const int Parallel = 4;

    /// <summary>Updates an image.</summary>
    /// <param name="request">The image and its new run image.</param>
    /// <param name="progress">Gives the progress of one layer that is copied.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<PackImageUpdate> RebaseAsync(
        RebaseRequest request, Func<OciDescriptor, IProgress<long>?>? progress, CancellationToken cancellationToken)
    {
        ImageNames.Check(request.Name, "image");
        var name = ImageReference.Parse(request.Name);
        var document = await store.GetAsync(name, cancellationToken).ConfigureAwait(false);
        var app = !document.IsIndex
            ? await store.DescribeAsync(name, document, cancellationToken).ConfigureAwait(false)
            : throw RebaseErrors.Index(request.Name);
        var metadata = RebasedImage.MetadataOf(request.Name, app.Config);
        var runName = request.RunImage ?? RebasedImage.RunImageOf(request.Name, metadata, name.Registry);
        ImageNames.Check(runName, "run image");
        var runImage = await store.ResolveAsync(
            ImageReference.Parse(runName), new OciPlatform(app.Config.Architecture, app.Config.Os, app.Config.Variant), cancellationToken).ConfigureAwait(false);
        CheckLayers(app);
        CheckLayers(runImage);

        var reference = runImage.LabelReference;
        var rebased = RebasedImage.Create(
            request.Name, app.Config, new RebaseBase(runName, reference, runImage.Config), request.Force, warning => logger.LogWarning("{Warning}", warning));
        var result = new PackImageUpdate
        {
            Name = name.ToString(),
            Tags = [name.ToString()],
            Id = app.Id,
            Digest = app.Digest,
            PreviousId = app.Id,
            PreviousDigest = app.Digest,
            RunImage = runName,
            RunImageReference = reference,
            PreviousRunImage = metadata.RunImage,
            PreviousRunImageReference = metadata.RunImageReference,
            Registry = name.Registry,
        };
        if (rebased.IsUnchanged)
        {
            return result with { Unchanged = true };
        }

        var held = app.Manifest.Layers.Select(layer => layer.Digest).ToHashSet(StringComparer.Ordinal);
        var (mounted, moved, bytes) = await PutLayersAsync(
            name, runImage, [.. runImage.Manifest.Layers.Where(layer => held.Add(layer.Digest))], progress, cancellationToken).ConfigureAwait(false);
        var docker = runImage.Document.Descriptor.MediaType == MediaTypes.DockerManifest;
        using var config = BlobSource.OfBytes(docker ? MediaTypes.DockerConfig : MediaTypes.Config, rebased.Config);
        await store.PutBlobAsync(name, config, null, cancellationToken).ConfigureAwait(false);

        // All media types are of the run image's kind, docker's or the OCI specification's: the reference mixes them when one of the two images
        // has those of OCI, and podman does not pull such an image.
        var manifest = RebaseManifest.Create(
            docker, config.Descriptor, [.. runImage.Manifest.Layers, .. app.Manifest.Layers.Skip(rebased.ReplacedLayers)], store.Place);
        var newName = name.Digest is null ? name
            : name.Tag is { } tag ? name.WithTag(tag)
            : name.WithDigest(manifest.Descriptor.Digest);
        await store.PutManifestAsync(newName, manifest, cancellationToken).ConfigureAwait(false);
        return result with
        {
            Name = newName.ToString(),
            Tags = [newName.ToString()],
            Id = config.Descriptor.Digest,
            Digest = manifest.Descriptor.Digest,
            LayersMounted = mounted,
            LayersMoved = moved,
            BytesMoved = bytes + config.Descriptor.Size + manifest.Content.Length,
        };
    }

    private async Task<(int Mounted, int Moved, long Bytes)> PutLayersAsync(
        ImageReference name, StoredImage runImage, IReadOnlyList<OciDescriptor> layers, Func<OciDescriptor, IProgress<long>?>? progress,
        CancellationToken cancellationToken)
    {
        var (mounted, moved, bytes) = (0, 0, 0L);
        await System.Threading.Tasks.Parallel.ForEachAsync(
            layers,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (layer, token) =>
            {
                using var content = BlobSource.OfStore(store, runImage.Name, layer);
                switch (await store.PutBlobAsync(name, content, progress?.Invoke(layer), token).ConfigureAwait(false))
                {
                    case BlobTransfer.Mounted:
                        Interlocked.Increment(ref mounted);
                        break;
                    case BlobTransfer.Sent:
                        Interlocked.Increment(ref moved);
                        Interlocked.Add(ref bytes, layer.Size);
                        break;
                }
            }).ConfigureAwait(false);
        return (mounted, moved, bytes);
    }

    private void CheckLayers(StoredImage image)
    {
        if (image.Manifest.Layers.Count != image.Config.Rootfs.DiffIds.Count)
        {
            throw StoreErrors.ManifestInvalid(
                store.Place, $"{image.Name} has {image.Manifest.Layers.Count} layers, and its config has {image.Config.Rootfs.DiffIds.Count}");
        }
    }
}
