namespace Buildpacks.Engines;

/// <summary>The names under which engine calls are recorded, the same for every engine.</summary>
internal static class EngineOperation
{
    /// <summary>The engine is asked for its version.</summary>
    public const string Version = "Version";

    /// <summary>The engine is asked to describe itself and its store.</summary>
    public const string Info = "Info";

    /// <summary>Images are listed.</summary>
    public const string ImageList = "ImageList";

    /// <summary>Images are inspected.</summary>
    public const string ImageInspect = "ImageInspect";

    /// <summary>An image's history is read.</summary>
    public const string ImageHistory = "ImageHistory";

    /// <summary>An image gets a name.</summary>
    public const string ImageTag = "ImageTag";

    /// <summary>An archive of images is loaded.</summary>
    public const string ImageLoad = "ImageLoad";

    /// <summary>Images are saved as an archive.</summary>
    public const string ImageSave = "ImageSave";

    /// <summary>An image is removed.</summary>
    public const string ImageRemove = "ImageRemove";

    /// <summary>An image is pulled.</summary>
    public const string ImagePull = "ImagePull";

    /// <summary>An image is pushed.</summary>
    public const string ImagePush = "ImagePush";

    /// <summary>An image is built from a Dockerfile.</summary>
    public const string ImageBuild = "ImageBuild";

    /// <summary>Volumes are listed.</summary>
    public const string VolumeList = "VolumeList";

    /// <summary>The sizes of volumes are asked for.</summary>
    public const string VolumeMeasure = "VolumeMeasure";

    /// <summary>A volume is made.</summary>
    public const string VolumeCreate = "VolumeCreate";

    /// <summary>A volume is removed.</summary>
    public const string VolumeRemove = "VolumeRemove";

    /// <summary>Networks are listed.</summary>
    public const string NetworkList = "NetworkList";

    /// <summary>The connections that podman knows are listed.</summary>
    public const string ConnectionList = "ConnectionList";

    /// <summary>Containers are listed.</summary>
    public const string ContainerList = "ContainerList";

    /// <summary>A container is made.</summary>
    public const string ContainerCreate = "ContainerCreate";

    /// <summary>A container is made, filled, run, emptied and removed.</summary>
    public const string ContainerRun = "ContainerRun";

    /// <summary>Files go into a container.</summary>
    public const string CopyToContainer = "CopyToContainer";

    /// <summary>Files come out of a container.</summary>
    public const string CopyFromContainer = "CopyFromContainer";

    /// <summary>A container is inspected.</summary>
    public const string ContainerInspect = "ContainerInspect";

    /// <summary>A container is started.</summary>
    public const string ContainerStart = "ContainerStart";

    /// <summary>A container's output is followed.</summary>
    public const string ContainerAttach = "ContainerAttach";

    /// <summary>A container's end is waited for.</summary>
    public const string ContainerWait = "ContainerWait";

    /// <summary>A container is removed.</summary>
    public const string ContainerRemove = "ContainerRemove";
}
