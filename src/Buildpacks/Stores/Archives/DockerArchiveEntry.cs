namespace Buildpacks.Stores.Archives;

/// <summary>An image in the manifest.json of a docker archive. All paths are those of entries in the archive.</summary>
internal sealed record DockerArchiveEntry
{
    /// <summary>The config's path.</summary>
    public string Config { get; init; } = "";

    /// <summary>The image's names, each with its tag.</summary>
    public IReadOnlyList<string>? RepoTags { get; init; }

    /// <summary>The layers' paths, the base first.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];
}
