namespace Buildpacks.Oci;

/// <summary>Where things are in a folder of OCI layouts and within one layout (platform specification, "Map an image reference to a path in the layout directory").</summary>
public static class LayoutPath
{
    /// <summary>The file that marks a folder as an OCI layout.</summary>
    public const string MarkerFile = "oci-layout";

    /// <summary>What <see cref="MarkerFile"/> contains.</summary>
    public const string MarkerContent = """{"imageLayoutVersion":"1.0.0"}""";

    /// <summary>The file with the layout's index.</summary>
    public const string IndexFile = "index.json";

    // The name that the lifecycle's own reference library gives docker's registry.
    private const string DockerHub = "index.docker.io";

    /// <summary>The path of an image's layout under the layout directory: registry, repository, and tag or digest, parted by <c>/</c>.</summary>
    /// <param name="reference">The image; docker.io names lie under <c>index.docker.io</c>.</param>
    /// <returns>Such as <c>index.docker.io/library/web/latest</c>, or <c>ghcr.io/team/web/sha256/ab…</c> for a name with a digest.</returns>
    public static string For(ImageReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var registry = reference.Registry == ImageReference.DefaultRegistry ? DockerHub : reference.Registry;
        var version = reference.Digest is { } digest
            ? digest.Replace(':', '/')
            : reference.Tag ?? throw new ArgumentException("an image name has a tag or a digest", nameof(reference));
        return $"{registry}/{reference.Repository}/{version}";
    }

    /// <summary>The path of a blob within a layout: <c>blobs/sha256/…</c>.</summary>
    /// <param name="digest">The blob's digest, <c>sha256:…</c>.</param>
    /// <exception cref="FormatException">The digest is not of that form.</exception>
    public static string Blob(string digest) => $"blobs/{OciDigest.Algorithm}/{OciDigest.Hex(digest)}";
}
