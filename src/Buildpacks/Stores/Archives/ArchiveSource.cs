namespace Buildpacks.Stores.Archives;

/// <summary>Writes one image into an archive: its blobs, then it says what they are.</summary>
/// <param name="writer">Takes the blobs. Completing it is left to the caller.</param>
/// <param name="cancellationToken">Ends the writing.</param>
/// <returns>The image.</returns>
public delegate Task<ArchiveImage> ArchiveSource(ImageArchiveWriter writer, CancellationToken cancellationToken);
