using System.Text.Encodings.Web;
using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Reporting;
using Buildpacks.Stores.Archives;
using Buildpacks.Stores.LayerCaching;
using Buildpacks.Stores.Layouts;

namespace Buildpacks.Stores.Exports;

/// <summary>An image that a lifecycle writes as a layout, to be put into registries.</summary>
internal sealed record LayoutPublication
{
    /// <summary>The names that the image gets, of any repositories and registries, the main one first.</summary>
    public required IReadOnlyList<ImageReference> Names { get; init; }

    /// <summary>Whether the image is put under its digest alone, into the repositories of the names. An index names it then.</summary>
    public bool IsUnnamed { get; init; }

    /// <summary>The digests of the manifests or indexes that have the names now, of those names that something has.</summary>
    public required IReadOnlyDictionary<ImageReference, string> Holders { get; init; }

    /// <summary>The run image, in its registry.</summary>
    public required StoredImage RunImage { get; init; }

    /// <summary>The image that has the main name now; <see langword="null"/> for none.</summary>
    public StoredImage? Previous { get; init; }

    /// <summary>What the image's labels call its run image, in the place of what the lifecycle wrote.</summary>
    public required string RunImageReference { get; init; }

    /// <summary>What the labels call the run image's top layer, in the place of what the lifecycle wrote; <see langword="null"/> to leave that.</summary>
    public string? RunImageTopLayer { get; init; }

    /// <summary>
    /// Reads layers of the run image that image extensions added, which no registry has yet: is given which are wanted, and takes each;
    /// <see langword="null"/> when nothing was added.
    /// </summary>
    public Func<Predicate<ArchiveLayer>, Func<ArchiveLayer, Stream, CancellationToken, Task>, CancellationToken, Task>? ReadExtended { get; init; }

    /// <summary>Where the SBOM layer is kept, which the next build may need; <see langword="null"/> to keep none.</summary>
    public LayerCache? Layers { get; init; }
}

/// <summary>
/// Puts an image from a layout into registries. New layers are uploaded while the layout is copied out of the container. Layers of the
/// run image are mounted from its repository, or copied from its registry. Config, manifest and names come last, so that a failure
/// half-way gives no name to anything.
/// </summary>
/// <param name="store">The registries.</param>
/// <param name="progress">Told the bytes sent so far; may be <see langword="null"/>.</param>
internal sealed class LayoutPublisher(IImageStore store, IProgress<long>? progress)
{
    /// <summary>How many blobs move at once.</summary>
    private const int Parallel = 4;

    private readonly SummedProgress? _progress = progress is null ? null : new SummedProgress(progress);

    /// <summary>Publishes the image.</summary>
    /// <param name="layout">The layout as a tar stream; read to its end.</param>
    /// <param name="publication">What becomes of it.</param>
    /// <param name="cancellationToken">Ends the transfers; the names are then what they were.</param>
    /// <exception cref="PackException"><c>LayoutInvalid</c>; or the registry's failure.</exception>
    public async Task<WrittenImage> PublishAsync(Stream layout, LayoutPublication publication, CancellationToken cancellationToken)
    {
        var name = publication.Names[0];
        using var reader = new LayoutReader(layout, publication.RunImageReference, publication.RunImageTopLayer);
        while (await reader.ReadToLargeBlobAsync(cancellationToken).ConfigureAwait(false) is { } blob)
        {
            using var source = BlobSource.OfStream(
                new UnownedStream(blob.Content), new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = blob.Digest, Size = blob.Length });
            await PutAsync(name, source, cancellationToken).ConfigureAwait(false);

            // What the registry has already was not read.
            await blob.Content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        }

        var content = reader.Complete();

        // What follows the archive is read too, so that the engine's process can end, and say so if it failed.
        await layout.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        var held = new HeldLayers(publication);
        await PutExtendedAsync(name, content, publication, held, cancellationToken).ConfigureAwait(false);
        var image = NewImage.Of(content, publication, held);
        var unchanged = publication.Holders.GetValueOrDefault(name) == image.Digest;
        if (!unchanged)
        {
            await PutBlobsAsync(name, content.Layers.Zip(image.Manifest.Layers, (layer, blob) => Source(layer, blob, content, publication, held)), cancellationToken).ConfigureAwait(false);
            using var config = BlobSource.OfBytes(image.Manifest.Config.MediaType, content.ConfigBytes);
            await PutAsync(name, config, cancellationToken).ConfigureAwait(false);
        }

        await PutNamesAsync(image.Document, image.Manifest, publication, cancellationToken).ConfigureAwait(false);
        LayerKeeper.KeepSbom(publication.Layers, content);
        return new WrittenImage(image.Manifest.Config.Digest, image.Digest, content.Config, unchanged) { LayoutDigest = content.Digest, ManifestSize = image.Document.Descriptor.Size };
    }

    /// <summary>The build made the image that the registry has: the names that lack it get it.</summary>
    public Task KeepPreviousAsync(LayoutPublication publication, CancellationToken cancellationToken) =>
        PutNamesAsync(publication.Previous!.Document, publication.Previous.Manifest, publication, cancellationToken);

    /// <summary>
    /// Names the image. Its blobs are in the repository of the main name. Other repositories get all of them before any name is given, and
    /// the main name is given last.
    /// </summary>
    private async Task PutNamesAsync(StoredManifest document, OciManifest manifest, LayoutPublication publication, CancellationToken cancellationToken)
    {
        var name = publication.Names[0];
        ImageReference[] lacking = [.. publication.Names.Distinct().Where(target => publication.Holders.GetValueOrDefault(target) != document.Descriptor.Digest)];
        foreach (var target in lacking.DistinctBy(target => target.Name).Where(target => target.Name != name.Name))
        {
            await PutBlobsAsync(
                target, manifest.Layers.Append(manifest.Config).Select(blob => BlobSource.OfStore(store, name, blob)), cancellationToken).ConfigureAwait(false);
        }

        foreach (var target in lacking.AsEnumerable().Reverse())
        {
            await store.PutManifestAsync(publication.IsUnnamed ? target.WithDigest(document.Descriptor.Digest) : target, document, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Puts the layers of image extensions that neither run image nor previous image has. An engine saves all layers of an image, so it is asked only
    /// when one is lacking.
    /// </summary>
    private async Task PutExtendedAsync(ImageReference name, LayoutContent content, LayoutPublication publication, HeldLayers held, CancellationToken cancellationToken)
    {
        var lacking = content.Layers.Where((layer, index) => layer.Held && held.Find(index, layer.DiffId) is null).Select(layer => layer.DiffId).ToHashSet(StringComparer.Ordinal);
        if (lacking.Count == 0 || publication.ReadExtended is not { } readExtended)
        {
            return;
        }

        await readExtended(
            layer => lacking.Contains(layer.DiffId),
            async (layer, stream, token) =>
            {
                using var source = await BlobSource.OfLayerAsync(new UnownedStream(stream), layer.Blob, token).ConfigureAwait(false);
                await PutAsync(name, source, token).ConfigureAwait(false);
                await stream.CopyToAsync(Stream.Null, token).ConfigureAwait(false);
                held.Put(layer.DiffId, source.Descriptor);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where a layer's content comes from.</summary>
    private BlobSource? Source(ArchiveLayer layer, OciDescriptor blob, LayoutContent content, LayoutPublication publication, HeldLayers held)
    {
        if (!layer.Held)
        {
            // A large layer was put while it came out.
            return content.Held.TryGetValue(blob.Digest, out var small) ? Small(blob, small) : null;
        }

        if (held.IsPut(layer.DiffId))
        {
            return null;
        }

        var holder = publication.Previous is { } previous && previous.Manifest.Layers.Any(other => other.Digest == blob.Digest) ? previous : publication.RunImage;
        return BlobSource.OfStore(store, holder.Name, blob);
    }

    private static BlobSource Small(OciDescriptor blob, ReadOnlyMemory<byte> content)
    {
        var source = BlobSource.OfBytes(blob.MediaType, content);
        if (source.Descriptor.Digest == blob.Digest)
        {
            return source;
        }

        source.Dispose();
        throw LayoutErrors.Invalid(
            $"its layer {blob.Digest} has other content: its digest is {source.Descriptor.Digest}", new InvalidDataException(source.Descriptor.Digest));
    }

    private Task PutBlobsAsync(ImageReference target, IEnumerable<BlobSource?> blobs, CancellationToken cancellationToken) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            blobs.OfType<BlobSource>().DistinctBy(blob => blob.Descriptor.Digest),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (blob, token) =>
            {
                using (blob)
                {
                    await PutAsync(target, blob, token).ConfigureAwait(false);
                }
            });

    private async Task PutAsync(ImageReference target, BlobSource blob, CancellationToken cancellationToken) =>
        await store.PutBlobAsync(target, blob, _progress?.Next(), cancellationToken).ConfigureAwait(false);

    /// <summary>A stream that belongs to somebody else, who reads on from it.</summary>
    private sealed class UnownedStream(Stream stream) : ForwardStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => stream.ReadAsync(buffer, cancellationToken);
    }

    /// <summary>The image with its manifest as a registry gets it.</summary>
    private sealed record NewImage(StoredManifest Document, OciManifest Manifest)
    {
        public string Digest => Document.Descriptor.Digest;

        /// <summary>
        /// The image of a layout. Media types are of the run image's kind, docker's or the OCI specification's; layers that a registry holds
        /// are described as that registry describes them. A lifecycle that exports to a registry does the same on docker's manifests. On
        /// those of OCI it gives new layers docker's media type; podman does not push such an image to another registry.
        /// </summary>
        public static NewImage Of(LayoutContent content, LayoutPublication publication, HeldLayers held)
        {
            var docker = publication.RunImage.Document.Descriptor.MediaType == MediaTypes.DockerManifest;
            var manifest = new OciManifest
            {
                MediaType = docker ? MediaTypes.DockerManifest : MediaTypes.Manifest,
                Config = new OciDescriptor
                {
                    MediaType = docker ? MediaTypes.DockerConfig : MediaTypes.Config,
                    Digest = OciDigest.Of(content.ConfigBytes.Span),
                    Size = content.ConfigBytes.Length,
                },
                Layers =
                [
                    .. content.Layers.Select((layer, index) => layer.Held ? held.Get(index, layer.DiffId) : layer.Blob)
                        .Select(blob => blob with { MediaType = docker ? MediaTypes.ToDocker(blob.MediaType) : MediaTypes.ToOci(blob.MediaType) }),
                ],
            };
            return new NewImage(StoredManifest.Read(ManifestText.Of(manifest), manifest.MediaType, "layout"), manifest);
        }
    }

    /// <summary>The layers of an image of which the layout has no data, as the registry has them.</summary>
    private sealed class HeldLayers(LayoutPublication publication)
    {
        private readonly IReadOnlyList<OciDescriptor> _runImage = publication.RunImage.Manifest.Layers;
        private readonly IReadOnlyList<string> _diffIds = publication.RunImage.Config.Rootfs.DiffIds;
        private readonly Dictionary<string, OciDescriptor> _put = new(StringComparer.Ordinal);
        private readonly Dictionary<string, OciDescriptor> _previous = publication.Previous is { } image
            ? image.Config.Rootfs.DiffIds.Zip(image.Manifest.Layers).DistinctBy(layer => layer.First).ToDictionary(layer => layer.First, layer => layer.Second, StringComparer.Ordinal)
            : [];

        public OciDescriptor? Find(int index, string diffId) =>
            index < _diffIds.Count && _diffIds[index] == diffId && index < _runImage.Count ? _runImage[index]
            : _previous.GetValueOrDefault(diffId) ?? _put.GetValueOrDefault(diffId);

        public OciDescriptor Get(int index, string diffId) => Find(index, diffId)
            ?? throw LayoutErrors.Invalid($"its layer {diffId} has no data, and neither the run image nor the previous image has it");

        public void Put(string diffId, OciDescriptor blob) => _put[diffId] = blob;

        public bool IsPut(string diffId) => _put.ContainsKey(diffId);
    }
}

/// <summary>Writes a manifest as the libraries of lifecycles write it: the same image then has the same digest, whatever tool published it.</summary>
internal static class ManifestText
{
    /// <summary>The manifest without spaces, each descriptor with media type, size and digest in this order.</summary>
    public static byte[] Of(OciManifest manifest)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", manifest.SchemaVersion);
            json.WriteString("mediaType", manifest.MediaType);
            json.WritePropertyName("config");
            Write(json, manifest.Config);
            json.WriteStartArray("layers");
            foreach (var layer in manifest.Layers)
            {
                Write(json, layer);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, OciDescriptor blob)
    {
        json.WriteStartObject();
        json.WriteString("mediaType", blob.MediaType);
        json.WriteNumber("size", blob.Size);
        json.WriteString("digest", blob.Digest);
        if (blob.Annotations is { Count: > 0 } annotations)
        {
            json.WriteStartObject("annotations");
            foreach (var (key, value) in annotations.OrderBy(annotation => annotation.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
