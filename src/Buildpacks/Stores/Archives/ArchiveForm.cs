namespace Buildpacks.Stores.Archives;

/// <summary>How an archive of images is laid out for an engine to load.</summary>
public enum ArchiveForm
{
    /// <summary>
    /// An OCI layout in a tar. Layers that the engine holds may be absent: for podman, and for docker with containerd's store.
    /// </summary>
    Oci,

    /// <summary>
    /// docker's own form: manifest.json beside config and layers. Layers that the engine holds may be empty files: for docker with
    /// its graph drivers. With all layers there, every engine loads it.
    /// </summary>
    Docker,
}
