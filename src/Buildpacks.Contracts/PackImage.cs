namespace Buildpacks;

/// <summary>An image in an engine's store.</summary>
public sealed record PackImage
{
    /// <summary>The name that was asked for; without one the first of <see cref="Tags"/>, or the short id when the image has no tag.</summary>
    public required string Name { get; init; }

    /// <summary>Every tag of the image, as the engine spells it.</summary>
    public PackCollection<string> Tags { get; init; } = [];

    /// <summary>Those of <see cref="Tags"/> that were asked for, by name or with wildcards: what is done to the image is done to these. None for all.</summary>
    public PackCollection<string> MatchedTags { get; init; } = [];

    /// <summary>The image's id, as the engine has it: the digest of its config, or of its manifest in a docker with containerd's image store. <c>sha256:…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The digest of its manifest, <c>sha256:…</c>; <see langword="null"/> when the engine knows none.</summary>
    public string? Digest { get; init; }

    /// <summary>Size in bytes, as the engine counts it.</summary>
    public long Size { get; init; }

    /// <summary>When the image says it was created. Buildpacks images say 1980-01-01 unless a creation time was asked for.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary><c>os/architecture</c>, with <c>/variant</c> when there is one; <see langword="null"/> when details were not asked for.</summary>
    public string? Platform { get; init; }

    /// <summary>The engine that holds the image.</summary>
    public PackEngineKind Engine { get; init; }

    /// <summary>Where that engine is reached, as <see cref="PackEngine.Endpoint"/> shows it.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Whether the image was built by Cloud Native Buildpacks (it carries <c>io.buildpacks.lifecycle.metadata</c>).</summary>
    public bool IsApp { get; init; }

    /// <summary>Whether the image is a builder (it carries <c>io.buildpacks.builder.metadata</c>).</summary>
    public bool IsBuilder { get; init; }

    /// <summary>The run image under an app image, or the one that a builder builds for; <see langword="null"/> for other images.</summary>
    public string? RunImage { get; init; }

    /// <summary>The buildpacks that built an app image, or that a builder offers.</summary>
    public PackCollection<PackBuildpack> Buildpacks { get; init; } = [];

    /// <summary>The processes of an app image.</summary>
    public PackCollection<PackProcess> Processes { get; init; } = [];

    /// <summary>The image's labels.</summary>
    public PackLabels Labels { get; init; } = new([]);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
