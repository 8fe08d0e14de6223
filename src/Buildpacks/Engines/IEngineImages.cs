namespace Buildpacks.Engines;

/// <summary>The images in the store of an engine. Archives are tar streams: docker archives or OCI archives.</summary>
/// <remarks>Errors and cancellation are those of <see cref="IEngine"/>.</remarks>
public interface IEngineImages
{
    /// <summary>How the store takes images. Costs docker one call, podman none.</summary>
    Task<ImageStoreTraits> GetTraitsAsync(CancellationToken cancellationToken);

    /// <summary>The images of the store, in one call.</summary>
    Task<IReadOnlyList<ImageSummary>> ListAsync(ImageListOptions options, CancellationToken cancellationToken);

    /// <summary>Details of many images, in as few calls as the engine allows.</summary>
    /// <param name="names">Names or ids.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One entry for each name that exists, under the name as given; a name that does not exist is absent.</returns>
    Task<IReadOnlyDictionary<string, ImageDetail>> InspectAsync(
        IReadOnlyCollection<string> names, CancellationToken cancellationToken);

    /// <summary>How the image's layers came to be, the newest first.</summary>
    Task<IReadOnlyList<ImageHistoryEntry>> GetHistoryAsync(string name, CancellationToken cancellationToken);

    /// <summary>Gives an image one more name; a name that another image has moves.</summary>
    Task TagAsync(string source, string target, CancellationToken cancellationToken);

    /// <summary>Loads a docker archive or an OCI archive.</summary>
    /// <param name="writeArchive">Writes the archive's tar to the stream it is given.</param>
    /// <param name="progress">Told of what the engine says while it loads; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The names or ids the engine reports as loaded.</returns>
    Task<IReadOnlyList<string>> LoadAsync(
        ArchiveWriter writeArchive, IProgress<EngineProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Opens an archive of images for reading (docker archive; OCI archive where the engine's store is containerd's).</summary>
    /// <returns>A tar stream. A failure of the engine surfaces as <see cref="PackException"/> from a read; disposing ends the call.</returns>
    Task<Stream> SaveAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken);

    /// <summary>Removes a name, and the image when it was its last.</summary>
    /// <param name="name">
    /// Name or id; one that does not exist is NotFound. An id of an image with several names, and the last name of an image that a
    /// container uses, are a Conflict without force.
    /// </param>
    /// <param name="force">Whether the names go all the same. Containers that use the image stay, whoever made them.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task RemoveAsync(string name, bool force, CancellationToken cancellationToken);

    /// <summary>Pulls an image.</summary>
    Task PullAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Pushes an image.</summary>
    Task PushAsync(ImageTransfer transfer, IProgress<EngineProgress>? progress, CancellationToken cancellationToken);
}

/// <summary>Which images to list.</summary>
/// <param name="Label">Only images with this label (<c>name</c> or <c>name=value</c>); <see langword="null"/> for all.</param>
public sealed record ImageListOptions(string? Label = null);

/// <summary>An image to pull or push.</summary>
/// <param name="Name">Its full name.</param>
public sealed record ImageTransfer(string Name)
{
    /// <summary>The platform to pull, <c>os/architecture[/variant]</c>; <see langword="null"/> for the engine's own.</summary>
    public string? Platform { get; init; }

    /// <summary>What the registry wants to see; <see langword="null"/> for what the engine knows by itself: podman its logins, docker nothing.</summary>
    public RegistryCredential? Credential { get; init; }

    /// <summary>Whether the registry speaks plain HTTP or has a certificate nobody vouches for.</summary>
    public bool Insecure { get; init; }
}

/// <summary>How far one part of a pull, push or load is.</summary>
/// <param name="Id">The part: a layer's short id, or empty for the whole.</param>
/// <param name="Status">What the engine says: <c>Downloading</c>, <c>Pull complete</c>, ….</param>
/// <param name="Current">Bytes done; <see langword="null"/> when the engine does not count.</param>
/// <param name="Total">Bytes in all.</param>
public sealed record EngineProgress(string Id, string Status, long? Current = null, long? Total = null)
{
    /// <summary>Whether nothing more comes of this part. An engine need not say so.</summary>
    public bool IsDone { get; init; }
}

/// <summary>Writes a tar archive to a stream that leads into an engine. The stream is closed by whoever gave it.</summary>
/// <param name="destination">Where to write; writes wait for the engine to take what was written.</param>
/// <param name="cancellationToken">Ends the writing.</param>
public delegate Task ArchiveWriter(Stream destination, CancellationToken cancellationToken);
