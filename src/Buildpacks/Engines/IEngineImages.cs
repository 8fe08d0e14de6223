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
