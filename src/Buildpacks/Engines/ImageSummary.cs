namespace Buildpacks.Engines;

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
