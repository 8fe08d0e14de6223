namespace Buildpacks;

/// <summary>How an image lies in the file system.</summary>
public enum PackImageFormat
{
    /// <summary>An OCI layout: a folder, which may hold several images that share their layers.</summary>
    Layout,

    /// <summary>An OCI layout in a tar file.</summary>
    OciArchive,

    /// <summary>A tar file as 'docker save' and 'podman save' make it, which every engine loads.</summary>
    DockerArchive,
}
