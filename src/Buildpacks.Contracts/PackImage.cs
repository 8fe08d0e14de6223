namespace Buildpacks;

/// <summary>An image in an engine's store.</summary>
public sealed record PackImage
{
    /// <summary>The requested name; otherwise the first of <see cref="Tags"/>, or the short id when the image has no tag.</summary>
    public required string Name { get; init; }

    /// <summary>All tags of the image, as the engine returns them.</summary>
    public PackCollection<string> Tags { get; init; } = [];

    /// <summary>The <see cref="Tags"/> that were requested by name or with wildcards. Cmdlets that get the image process these tags. Empty for all tags.</summary>
    public PackCollection<string> MatchedTags { get; init; } = [];

    /// <summary>The image id of the engine: the digest of the config, or of the manifest for docker with containerd's image store. <c>sha256:…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The digest of the manifest, <c>sha256:…</c>; <see langword="null"/> when the engine does not report it.</summary>
    public string? Digest { get; init; }

    /// <summary>The size in bytes, as the engine reports it.</summary>
    public long Size { get; init; }

    /// <summary>The creation time in the image config. It is 1980-01-01 for buildpacks images without a requested creation time.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary><c>os/architecture</c>, with <c>/variant</c> when there is one; <see langword="null"/> when details were not requested.</summary>
    public string? Platform { get; init; }

    /// <summary>The engine that contains the image.</summary>
    public PackEngineKind Engine { get; init; }

    /// <summary>The address of the engine, as in <see cref="PackEngine.Endpoint"/>.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Whether the image was built by Cloud Native Buildpacks (it has the label <c>io.buildpacks.lifecycle.metadata</c>).</summary>
    public bool IsApp { get; init; }

    /// <summary>Whether the image is a builder (it has the label <c>io.buildpacks.builder.metadata</c>).</summary>
    public bool IsBuilder { get; init; }

    /// <summary>The run image of an app image, or the run image of a builder; <see langword="null"/> for other images.</summary>
    public string? RunImage { get; init; }

    /// <summary>The buildpacks that built an app image, or the buildpacks of a builder.</summary>
    public PackCollection<PackBuildpack> Buildpacks { get; init; } = [];

    /// <summary>The processes of an app image.</summary>
    public PackCollection<PackProcess> Processes { get; init; } = [];

    /// <summary>The image's labels.</summary>
    public PackLabels Labels { get; init; } = new([]);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
