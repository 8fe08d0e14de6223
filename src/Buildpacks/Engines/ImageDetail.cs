using Buildpacks.Oci;

namespace Buildpacks.Engines;

/// <summary>All that an engine knows of one image.</summary>
public sealed record ImageDetail
{
    /// <summary>The id, <c>sha256:…</c>: the digest of the config (with containerd's store: what that docker calls the id).</summary>
    public required string Id { get; init; }

    /// <summary>Its tags as the engine spells them.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Names with digests, <c>registry/repository@sha256:…</c>.</summary>
    public IReadOnlyList<string> RepoDigests { get; init; } = [];

    /// <summary>The manifest's digest, when known.</summary>
    public string? Digest { get; init; }

    /// <summary>Whether the id is the manifest's digest, so that the config's is not known: docker with containerd's store, of an image that has a name.</summary>
    public bool IsKnownByManifest => Id == Digest;

    /// <summary>How the labels of an app image name this image when it is their run image, in the same engine: by the digits of its id.</summary>
    public string LabelReference => OciDigest.IsValid(Id) ? OciDigest.Hex(Id) : Id;

    /// <summary>Size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>
    /// The image's config as far as the engine gives it back: created, platform, container config, diffIDs, history.
    /// It need not be the original bytes.
    /// </summary>
    public required OciImageConfig Config { get; init; }

    /// <summary>A label's value.</summary>
    /// <param name="name">The label.</param>
    /// <returns>The value; <see langword="null"/> when the image does not carry it.</returns>
    public string? Label(string name) => Config.Config?.Labels?.GetValueOrDefault(name);
}

/// <summary>An image as a list shows it.</summary>
public sealed record ImageSummary
{
    /// <summary>The id, <c>sha256:…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Its tags as full names; podman's <c>localhost/x</c> and docker's <c>x</c> as the engine spells them.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The manifest's digest, when the engine lists one.</summary>
    public string? Digest { get; init; }

    /// <summary>Size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <summary>A step in an image's making.</summary>
/// <param name="Id">The id of the image at that step; empty or <c>&lt;missing&gt;</c> when the engine does not know.</param>
/// <param name="Created">When.</param>
/// <param name="CreatedBy">By what command.</param>
/// <param name="Size">What it added, in bytes.</param>
/// <param name="Comment">A remark.</param>
public sealed record ImageHistoryEntry(string Id, DateTimeOffset Created, string CreatedBy, long Size, string Comment);
