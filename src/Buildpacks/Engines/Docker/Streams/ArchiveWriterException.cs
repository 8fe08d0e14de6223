namespace Buildpacks.Engines.Docker.Streams;

/// <summary>Carries what the caller's own archive writer threw past the translation of the engine's failures.</summary>
internal sealed class ArchiveWriterException(Exception cause) : Exception(cause.Message, cause);
