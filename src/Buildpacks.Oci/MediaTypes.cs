namespace Buildpacks.Oci;

/// <summary>Media types of the OCI image specification, and the equivalent older media types of docker.</summary>
public static class MediaTypes
{
    /// <summary>An OCI index.</summary>
    public const string Index = "application/vnd.oci.image.index.v1+json";

    /// <summary>An OCI manifest.</summary>
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>An OCI image config.</summary>
    public const string Config = "application/vnd.oci.image.config.v1+json";

    /// <summary>A layer that is not compressed.</summary>
    public const string LayerTar = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>A gzip-compressed layer.</summary>
    public const string LayerTarGzip = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>A zstd-compressed layer.</summary>
    public const string LayerTarZstd = "application/vnd.oci.image.layer.v1.tar+zstd";

    /// <summary>docker's manifest.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>docker's manifest list.</summary>
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>docker's image config.</summary>
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";

    /// <summary>docker's layer that is not compressed.</summary>
    public const string DockerLayerTar = "application/vnd.docker.image.rootfs.diff.tar";

    /// <summary>docker's gzip-compressed layer.</summary>
    public const string DockerLayerTarGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    /// <summary>The specification's name for a layer's media type, which may be docker's; other types are not changed.</summary>
    public static string ToOci(string mediaType) => mediaType switch
    {
        DockerLayerTar => LayerTar,
        DockerLayerTarGzip => LayerTarGzip,
        _ => mediaType,
    };

    /// <summary>docker's name for a layer's media type; a type that docker has no name for stays as it is.</summary>
    public static string ToDocker(string mediaType) => mediaType switch
    {
        LayerTar => DockerLayerTar,
        LayerTarGzip => DockerLayerTarGzip,
        _ => mediaType,
    };

    /// <summary>Whether a type is that of a layer, in the OCI specification's names.</summary>
    public static bool IsLayer(string mediaType) => mediaType is LayerTar or LayerTarGzip or LayerTarZstd;
}
