namespace Buildpacks.Engines;

/// <summary>Writes a tar archive to a stream that leads into an engine. The stream is closed by whoever gave it.</summary>
/// <param name="destination">Where to write; writes wait for the engine to take what was written.</param>
/// <param name="cancellationToken">Ends the writing.</param>
public delegate Task ArchiveWriter(Stream destination, CancellationToken cancellationToken);
