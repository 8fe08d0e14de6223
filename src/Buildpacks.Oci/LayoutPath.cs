namespace Buildpacks.Oci;

/// <summary>Paths in a folder of OCI layouts and in a layout (platform specification, "Map an image reference to a path in the layout directory").</summary>
public static class LayoutPath
{
    /// <summary>The file that marks a folder as an OCI layout.</summary>
    public const string MarkerFile = "oci-layout";

    /// <summary>The content of <see cref="MarkerFile"/>.</summary>
    public const string MarkerContent = """{"imageLayoutVersion":"1.0.0"}""";

    /// <summary>The file with the layout's index.</summary>
    public const string IndexFile = "index.json";

    // The name that the lifecycle's own reference library gives docker's registry.
    private const string DockerHub = "index.docker.io";

    // The address of docker's registry: ImageReference reads it as docker.io, lifecycles read it as a registry of its own.
    private const string DockerHubAddress = "registry-1.docker.io/";

    private const string Localhost = "localhost";

    /// <summary>The path of an image's layout under the layout directory: registry, repository, and tag or digest, parted by <c>/</c>.</summary>
    /// <param name="reference">The image; docker.io names lie under <c>index.docker.io</c>.</param>
    /// <returns>Such as <c>index.docker.io/library/web/latest</c>, or <c>ghcr.io/team/web/sha256/ab…</c> for a name with a digest.</returns>
    public static string For(ImageReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return Combine(reference.Registry == ImageReference.DefaultRegistry ? DockerHub : reference.Registry, reference.Repository, reference);
    }

    /// <summary>
    /// All paths at which lifecycles look for an image of a name. A lifecycle takes the first part of a name for a registry when it
    /// contains <c>.</c> or <c>:</c>. Lifecycles since 2026 also take <c>localhost</c> for one; for earlier ones, <c>localhost/web</c> is
    /// a repository of docker.io.
    /// </summary>
    /// <param name="reference">The name, spelled as the lifecycle is given it.</param>
    /// <returns>The paths; that of <see cref="For"/> is the first.</returns>
    public static IReadOnlyList<string> AllFor(ImageReference reference)
    {
        var path = For(reference);
        return reference.Registry == Localhost ? [path, $"{DockerHub}/{path}"]
            : reference.Spelling.StartsWith(DockerHubAddress, StringComparison.Ordinal) ? [path, Combine(DockerHubAddress.TrimEnd('/'), RepositoryAsWritten(reference.Spelling), reference)]
            : [path];
    }

    /// <summary>The path of a blob within a layout: <c>blobs/sha256/…</c>.</summary>
    /// <param name="digest">The blob's digest, <c>sha256:…</c>.</param>
    /// <exception cref="FormatException">The digest is not of that form.</exception>
    public static string Blob(string digest) => $"blobs/{OciDigest.Algorithm}/{OciDigest.Hex(digest)}";

    private static string Combine(string registry, string repository, ImageReference reference)
    {
        var version = reference.Digest is { } digest
            ? digest.Replace(':', '/')
            : reference.Tag ?? throw new ArgumentException("an image name has a tag or a digest", nameof(reference));
        return $"{registry}/{repository}/{version}";
    }

    /// <summary>The repository without a namespace that is added to names of docker.io.</summary>
    private static string RepositoryAsWritten(string name)
    {
        var repository = name[DockerHubAddress.Length..].Split('@')[0];
        return repository.Split(':')[0];
    }
}
