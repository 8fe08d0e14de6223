using System.Globalization;
using System.Text;
using Buildpacks.Oci;

namespace Buildpacks.Stores.Rebasing;

/// <summary>The manifest of a rebased image in the form of the reference.</summary>
internal static class RebaseManifest
{
    /// <summary>Creates the manifest.</summary>
    /// <param name="docker">Whether all media types are docker's; otherwise they are those of the OCI specification.</param>
    /// <param name="config">The config.</param>
    /// <param name="layers">The layers, the base first.</param>
    /// <param name="place">Where it will be, for failures.</param>
    public static StoredManifest Create(bool docker, OciDescriptor config, IEnumerable<OciDescriptor> layers, string place)
    {
        var type = docker ? MediaTypes.DockerManifest : MediaTypes.Manifest;
        var json = new ReferenceJson()
            .Always("schemaVersion", "2")
            .With("mediaType", type)
            .Always("config", Descriptor(config))
            .Always("layers", ReferenceJson.Array(layers.Select(layer => Descriptor(
                layer with { MediaType = docker ? MediaTypes.ToDocker(layer.MediaType) : MediaTypes.ToOci(layer.MediaType) }))));
        return StoredManifest.Read(Encoding.UTF8.GetBytes(json.ToString()), type, place);
    }

    private static string Descriptor(OciDescriptor blob) => new ReferenceJson()
        .With("mediaType", blob.MediaType)
        .Always("size", blob.Size.ToString(CultureInfo.InvariantCulture))
        .With("digest", blob.Digest)
        .With("annotations", blob.Annotations?.Select(annotation => KeyValuePair.Create(annotation.Key, ReferenceJson.Quote(annotation.Value))))
        .ToString();
}
