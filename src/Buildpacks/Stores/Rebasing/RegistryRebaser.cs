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
        var source = ImageNames.Read(request.Source, "image");
        var name = request.PreviousImage is null ? source : ImageNames.Parse(request.Name);
        var document = await store.GetAsync(source, cancellationToken).ConfigureAwait(false);
        var app = !document.IsIndex
            ? await store.DescribeAsync(source, document, cancellationToken).ConfigureAwait(false)
            : throw RebaseErrors.Index(request.Source);
        var metadata = RebasedImage.MetadataOf(request.Source, app.Config);
        var platform = new OciPlatform(app.Config.Architecture, app.Config.Os, app.Config.Variant);
        var (runName, runImage) = await RunImageSearch.FirstAsync(
            RunImageSearch.Names(request, metadata, name.Registry),
            run => store.ResolveAsync(run, platform, cancellationToken),
            logger).ConfigureAwait(false);
        CheckLayers(app);
        CheckLayers(runImage);

        var reference = runImage.LabelReference;
        var rebased = RebasedImage.Create(request, app.Config, new RebaseBase(runName, reference, runImage.Config), logger);
        var result = new PackImageUpdate
        {
            Name = name.ToString(),
            Tags = [name.ToString()],
            Id = app.Id,
            Digest = app.Digest,
            PreviousId = app.Id,
            PreviousDigest = app.Digest,
            RunImage = runName.Spelling,
            RunImageReference = reference,
            PreviousRunImage = metadata.RunImage,
            PreviousRunImageReference = metadata.RunImageReference,
            Registry = name.Registry,
            ManifestSize = document.Descriptor.Size,
        };
        // The repository of the app has the app's blobs.
        var isThere = source.Name == name.Name;
        if (rebased.IsUnchanged)
        {
            if (source != name)
            {
                await PutAsync([.. (isThere ? [] : app.Manifest.Layers.Append(app.Manifest.Config)).Select(blob => (app, blob))], document).ConfigureAwait(false);
            }

            return result with { Unchanged = true };
        }

        var held = isThere ? app.Manifest.Layers.Select(layer => layer.Digest).ToHashSet(StringComparer.Ordinal) : [];
        var docker = runImage.Document.Descriptor.MediaType == MediaTypes.DockerManifest;
        using var config = BlobSource.OfBytes(docker ? MediaTypes.DockerConfig : MediaTypes.Config, rebased.Config);
        await store.PutBlobAsync(name, config, null, cancellationToken).ConfigureAwait(false);

        // All media types are of the run image's kind, docker's or the OCI specification's: the reference mixes them when one of the two images
        // has those of OCI, and podman does not pull such an image.
        var own = app.Manifest.Layers.Skip(rebased.ReplacedLayers).ToList();
        var manifest = RebaseManifest.Create(docker, config.Descriptor, [.. runImage.Manifest.Layers, .. own], store.Place);
        var newName = name.Digest is null ? name
            : name.Tag is { } tag ? name.WithTag(tag)
            : name.WithDigest(manifest.Descriptor.Digest);
        var (mounted, moved, bytes) = await PutAsync(
            [.. runImage.Manifest.Layers.Select(layer => (runImage, layer)).Concat(own.Select(layer => (app, layer))).Where(layer => held.Add(layer.layer.Digest))],
            manifest, newName).ConfigureAwait(false);
        return result with
        {
            Name = newName.ToString(),
            Tags = [newName.ToString()],
            Id = config.Descriptor.Digest,
            Digest = manifest.Descriptor.Digest,
            ManifestSize = manifest.Descriptor.Size,
            LayersMounted = mounted,
            LayersMoved = moved,
            BytesMoved = bytes + config.Descriptor.Size + manifest.Content.Length,
        };

        async Task<(int Mounted, int Moved, long Bytes)> PutAsync(
            IReadOnlyList<(StoredImage Holder, OciDescriptor Blob)> blobs, StoredManifest put, ImageReference? under = null)
        {
            var sent = await PutBlobsAsync(name, blobs, progress, cancellationToken).ConfigureAwait(false);
            await store.PutManifestAsync(under ?? name, put, cancellationToken).ConfigureAwait(false);
            return sent;
        }
    }

    private async Task<(int Mounted, int Moved, long Bytes)> PutBlobsAsync(
        ImageReference name, IReadOnlyList<(StoredImage Holder, OciDescriptor Blob)> blobs, Func<OciDescriptor, IProgress<long>?>? progress,
        CancellationToken cancellationToken)
    {
        var (mounted, moved, bytes) = (0, 0, 0L);
        await System.Threading.Tasks.Parallel.ForEachAsync(
            blobs,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (blob, token) =>
            {
                using var content = BlobSource.OfStore(store, blob.Holder.Name, blob.Blob);
                switch (await store.PutBlobAsync(name, content, progress?.Invoke(blob.Blob), token).ConfigureAwait(false))
                {
                    case BlobTransfer.Mounted:
                        Interlocked.Increment(ref mounted);
                        break;
                    case BlobTransfer.Sent:
                        Interlocked.Increment(ref moved);
                        Interlocked.Add(ref bytes, blob.Blob.Size);
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
