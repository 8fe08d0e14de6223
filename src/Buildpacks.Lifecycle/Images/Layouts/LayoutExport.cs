using Buildpacks.Lifecycle.Layers;
using Buildpacks.Lifecycle.Layers.Hashing;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Oci;

namespace Buildpacks.Lifecycle.Images.Layouts;

/// <summary>
/// Writes an app image as an OCI layout. Layers are not compressed: they are read once by the engine next door, and
/// compressing costs ten times what hashing and writing do. Layers of the run image and of the previous image are only
/// described; their blobs go along where they are there.
/// </summary>
internal sealed class LayoutExport : IImageExport
{
    private readonly Func<string, LayoutFolder> locate;
    private readonly Func<string, string> tagOf;
    private readonly LayoutFolder layout;
    private readonly ExistingImage? previous;
    private readonly List<OciDescriptor> layers = [];

    /// <summary>Starts an image.</summary>
    /// <param name="locate">Finds the layout of a name.</param>
    /// <param name="tagOf">Finds the tag of a name, or its digest when it has no tag.</param>
    /// <param name="name">The image's first name.</param>
    /// <param name="runImage">The image it is based on.</param>
    /// <param name="previous">The image whose layers may be used again.</param>
    public LayoutExport(Func<string, LayoutFolder> locate, Func<string, string> tagOf, string name, ExistingImage runImage, ExistingImage? previous)
    {
        this.locate = locate;
        this.tagOf = tagOf;
        this.previous = previous;
        layout = locate(name);
        Directory.CreateDirectory(layout.BlobFolder);
        foreach (var layer in runImage.Layers)
        {
            AddExisting(layer, runImage);
        }
    }

    /// <inheritdoc/>
    public bool CanReuse(string diffId) => previous?.FindLayer(diffId) is not null;

    /// <inheritdoc/>
    public void Reuse(string diffId)
    {
        var layer = previous?.FindLayer(diffId)
            ?? throw new InvalidDataException($"the previous image has no layer {diffId}");
        AddExisting(layer, previous);
    }

    /// <inheritdoc/>
    public string Add(LayerSource layer)
    {
        var written = Path.Combine(layout.BlobFolder, $".layer-{layers.Count}");
        File.Delete(written);
        var diffId = LayerHasher.WriteFile(layer, written);
        var blob = layout.BlobPath(diffId);
        File.Move(written, blob, overwrite: true);
        layers.Add(new OciDescriptor { MediaType = MediaTypes.LayerTar, Digest = diffId, Size = new FileInfo(blob).Length });
        return diffId;
    }

    /// <inheritdoc/>
    public Task<SavedImage> SaveAsync(OciImageConfig config, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var configBlob = layout.WriteDocument(ImageConfigText.Of(config), MediaTypes.Config);
        var manifest = new OciManifest { Config = configBlob, Layers = layers, Annotations = NameAnnotation(names[0]) };
        var manifestBlob = layout.WriteDocument(manifest, OciJson.Default.OciManifest, MediaTypes.Manifest);
        var referenced = layers.Select(layer => layer.Digest).Append(configBlob.Digest).Append(manifestBlob.Digest).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var target = locate(name);
            if (target.Path != layout.Path)
            {
                Directory.CreateDirectory(target.BlobFolder);
                foreach (var digest in referenced.Where(layout.HasBlob))
                {
                    HardLink.CreateOrCopy(layout.BlobPath(digest), target.BlobPath(digest));
                }
            }

            target.Commit(manifestBlob with { Annotations = NameAnnotation(names[0]) });
        }

        return Task.FromResult(new SavedImage(configBlob.Digest, manifestBlob.Digest, manifestBlob.Size));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private Dictionary<string, string> NameAnnotation(string name) => new(StringComparer.Ordinal) { [OciAnnotations.RefName] = tagOf(name) };

    private void AddExisting(OciDescriptor layer, ExistingImage from)
    {
        var source = new LayoutFolder(from.Folder!);
        if (source.Path != layout.Path && source.HasBlob(layer.Digest) && !layout.HasBlob(layer.Digest))
        {
            HardLink.CreateOrCopy(source.BlobPath(layer.Digest), layout.BlobPath(layer.Digest));
        }
        else if (layer.Size == 0 && !File.Exists(layout.BlobPath(layer.Digest)))
        {
            // As the reference: a layer without data whose manifest says that it has none gets an empty file.
            File.WriteAllBytes(layout.BlobPath(layer.Digest), []);
        }

        // An OCI manifest names OCI layers; docker's types mean the same bytes.
        layers.Add(layer with { MediaType = MediaTypes.ToOci(layer.MediaType) });
    }
}
