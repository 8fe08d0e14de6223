namespace Buildpacks.Engines;

/// <summary>
/// A container engine: the operations that a build needs, the same for every engine. Data goes in and out as tar streams, so
/// no path of this machine needs to exist on the engine's side.
/// </summary>
/// <remarks>
/// Every operation throws <see cref="PackException"/> with the engine's own words: NotFound, Conflict, Unauthorized, Unreachable,
/// Unsupported, NoSpace or Failed; and <see cref="OperationCanceledException"/> within a second of its token's cancellation,
/// with whatever process or request it had ended. A load that the engine has in full is let finish before: it gets five seconds, and one
/// for each 20 MB.
/// </remarks>
public interface IContainerEngine : IAsyncDisposable
{
    /// <summary>Which engine this is.</summary>
    PackEngineKind Kind { get; }

    /// <summary>Where it is reached, as <see cref="PackEngine.Endpoint"/> shows it.</summary>
    string Endpoint { get; }

    /// <summary>A shorter way for containers that are filled, run and emptied; <see langword="null"/> when this engine has none.</summary>
    IContainerPipe? Pipe { get; }

    /// <summary>The engine's description. Cheap by default; the storage driver and store cost podman a slow call.</summary>
    /// <param name="detail">Whether to ask for the storage driver, rootless and store facts too.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<EngineDescription> DescribeAsync(bool detail, CancellationToken cancellationToken);

    /// <summary>The images of the store, in one call.</summary>
    Task<IReadOnlyList<ImageSummary>> ListImagesAsync(ImageListOptions options, CancellationToken cancellationToken);

    /// <summary>Details of many images, in as few calls as the engine allows.</summary>
    /// <param name="names">Names or ids.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One entry for each name that exists, under the name as given; a name that does not exist is absent.</returns>
    Task<IReadOnlyDictionary<string, ImageDetail>> InspectImagesAsync(
        IReadOnlyCollection<string> names, CancellationToken cancellationToken);

    /// <summary>How the image's layers came to be, the newest first.</summary>
    Task<IReadOnlyList<ImageHistoryEntry>> GetImageHistoryAsync(string name, CancellationToken cancellationToken);

    /// <summary>Gives an image one more name; a name that another image has moves.</summary>
    Task TagImageAsync(string source, string target, CancellationToken cancellationToken);

    /// <summary>Loads a docker archive or an OCI archive.</summary>
    /// <param name="writeArchive">Writes the archive's tar to the stream it is given.</param>
    /// <param name="progress">Told of what the engine says while it loads; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The names or ids the engine reports as loaded.</returns>
    Task<IReadOnlyList<string>> LoadImagesAsync(
        ArchiveWriter writeArchive, IProgress<EngineProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Opens an archive of images for reading (docker archive; OCI archive where the engine's store is containerd's).</summary>
    /// <returns>A tar stream. A failure of the engine surfaces as <see cref="PackException"/> from a read; disposing ends the call.</returns>
    Task<Stream> SaveImagesAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken);

    /// <summary>Removes a name, and the image when it was its last.</summary>
    /// <param name="name">
    /// Name or id; one that does not exist is NotFound. An id of an image with several names, and the last name of an image that a
    /// container uses, are a Conflict without force.
    /// </param>
    /// <param name="force">Whether the names go all the same. Containers that use the image stay, whoever made them.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task RemoveImageAsync(string name, bool force, CancellationToken cancellationToken);

    /// <summary>Pulls an image.</summary>
    Task PullImageAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Pushes an image.</summary>
    Task PushImageAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken);

    /// <summary>The engine's volumes.</summary>
    Task<IReadOnlyList<VolumeSummary>> ListVolumesAsync(CancellationToken cancellationToken);

    /// <summary>Makes a volume; one that exists under that name is left as it is.</summary>
    /// <returns>
    /// Whether this call made it. docker does not say so, and is judged by the labels that the volume has: they have to be the caller's own.
    /// </returns>
    Task<bool> CreateVolumeAsync(string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken);

    /// <summary>Removes a volume; one that a container uses is a Conflict, with force too.</summary>
    /// <param name="name">Its name; one that does not exist is NotFound.</param>
    /// <param name="force">Whether a volume that does not exist is no failure.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task RemoveVolumeAsync(string name, bool force, CancellationToken cancellationToken);

    /// <summary>The networks that a container can be put into.</summary>
    Task<IReadOnlyList<NetworkSummary>> ListNetworksAsync(CancellationToken cancellationToken);

    /// <summary>The containers that carry a label, running or not.</summary>
    Task<IReadOnlyList<ContainerSummary>> ListContainersAsync(string label, CancellationToken cancellationToken);

    /// <summary>Makes a container, not started. Named volumes that do not exist are made.</summary>
    /// <returns>The container's id.</returns>
    Task<string> CreateContainerAsync(ContainerSpec spec, CancellationToken cancellationToken);

    /// <summary>Unpacks a tar stream into a container, running or not. Owners and modes are those of the tar.</summary>
    /// <param name="container">Id or name.</param>
    /// <param name="path">An existing folder of the container.</param>
    /// <param name="writeArchive">Writes the tar to the stream it is given.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task CopyToContainerAsync(string container, string path, ArchiveWriter writeArchive, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a file or folder of a container as a tar stream. Entry names begin with the path's last segment, as docker has it.
    /// Modes and links are those of the files; owners are not: podman gives every entry to the container's user.
    /// </summary>
    /// <returns>A tar stream. A failure of the engine surfaces as <see cref="PackException"/> from a read; disposing ends the call.</returns>
    Task<Stream> CopyFromContainerAsync(string container, string path, CancellationToken cancellationToken);

    /// <summary>A container's state.</summary>
    Task<ContainerDetail> InspectContainerAsync(string container, CancellationToken cancellationToken);

    /// <summary>Starts a container and returns at once.</summary>
    Task StartContainerAsync(string container, CancellationToken cancellationToken);

    /// <summary>
    /// Attaches to a container's output until it ends; with <paramref name="start"/> the container is started so that no output is lost.
    /// </summary>
    /// <param name="container">Id or name.</param>
    /// <param name="start">Whether to start the container.</param>
    /// <param name="output">Gets the bytes of stdout and stderr as they come; called by one thread at a time.</param>
    /// <param name="cancellationToken">Ends the call; the container is left to the caller.</param>
    /// <returns>The container's exit code; 128 + the signal's number when a signal ended it.</returns>
    Task<int> AttachContainerAsync(
        string container, bool start, IContainerOutput output, CancellationToken cancellationToken);

    /// <summary>Waits for a container's end.</summary>
    /// <returns>Its exit code.</returns>
    Task<int> WaitContainerAsync(string container, CancellationToken cancellationToken);

    /// <summary>Removes a container and its unnamed volumes.</summary>
    /// <param name="container">Id or name; one that does not exist is NotFound.</param>
    /// <param name="force">Whether a running container is killed, without a grace period.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task RemoveContainerAsync(string container, bool force, CancellationToken cancellationToken);
}
