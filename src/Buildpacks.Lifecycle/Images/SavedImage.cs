namespace Buildpacks.Lifecycle.Images;

/// <summary>An app image as it was saved.</summary>
/// <param name="ImageId">The digest of its config.</param>
/// <param name="Digest">The digest of its manifest; <see langword="null"/> when the engine makes the manifest.</param>
/// <param name="ManifestSize">The manifest's size in bytes; 0 when the engine makes it.</param>
internal sealed record SavedImage(string ImageId, string? Digest, long ManifestSize);
