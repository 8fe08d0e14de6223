namespace Buildpacks;

/// <summary>The format of an image in the file system.</summary>
public enum PackImageFormat
{
    /// <summary>An OCI layout: a folder that can contain several images, which share their layers.</summary>
    Layout,

    /// <summary>An OCI layout in a tar file.</summary>
    OciArchive,

    /// <summary>A tar file as 'docker save' and 'podman save' create it. Every engine can load it.</summary>
    DockerArchive,
}
