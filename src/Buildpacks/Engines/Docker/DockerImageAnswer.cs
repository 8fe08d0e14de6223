using System.Text.Json.Serialization;
using Buildpacks.Oci;

namespace Buildpacks.Engines.Docker;

/// <summary>
/// Docker's answer about an image, as far as it is needed here. Docker.DotNet has a class for it too, which turns times into ones of
/// less precision and knows of the config only what was known when it was generated.
/// </summary>
internal sealed record DockerImageAnswer
{
    public string? Id { get; init; }

    public IReadOnlyList<string>? RepoTags { get; init; }

    public IReadOnlyList<string>? RepoDigests { get; init; }

    public string? Created { get; init; }

    public string? Author { get; init; }

    public string? Architecture { get; init; }

    public string? Variant { get; init; }

    public string? Os { get; init; }

    public string? OsVersion { get; init; }

    public long Size { get; init; }

    public OciContainerConfig? Config { get; init; }

    public Layers? RootFS { get; init; }

    public ManifestDescriptor? Descriptor { get; init; }

    /// <summary>The layers by diffID, the base first.</summary>
    internal sealed record Layers([property: JsonPropertyName("Layers")] IReadOnlyList<string>? DiffIds);

    /// <summary>The manifest, which newer engines with containerd's store tell.</summary>
    internal sealed record ManifestDescriptor([property: JsonPropertyName("digest")] string? Digest);
}
