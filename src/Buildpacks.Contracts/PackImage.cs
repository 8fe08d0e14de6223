namespace Buildpacks;

/// <summary>An image in an engine's store, in a registry, in a layout folder or in an archive.</summary>
public sealed record PackImage
{
    /// <summary>
    /// The requested name; otherwise the first of <see cref="Tags"/>, or the short id when the image has no tag. Of an image in a layout or
    /// an archive: its place, such as <c>oci:/srv/web</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>All tags of the image, as the engine returns them.</summary>
    public PackCollection<string> Tags { get; init; } = [];

    /// <summary>The <see cref="Tags"/> that were requested by name or with wildcards. Cmdlets that get the image process these tags. Empty for all tags.</summary>
    public PackCollection<string> MatchedTags { get; init; } = [];

    /// <summary>The image id of the engine: the digest of the config, or of the manifest for docker with containerd's image store. <c>sha256:…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The digest of the manifest, <c>sha256:…</c>; <see langword="null"/> when the engine does not report it.</summary>
    public string? Digest { get; init; }

    /// <summary>Size in bytes, as the engine counts it. Of an image in a registry, a layout or an archive: the size of its layers, as they are stored there, and its config.</summary>
    public long Size { get; init; }

    /// <summary>The creation time in the image config. It is 1980-01-01 for buildpacks images without a requested creation time.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary><c>os/architecture</c>, with <c>/variant</c> when there is one; <see langword="null"/> when details were not requested.</summary>
    public string? Platform { get; init; }

    /// <summary>The engine that holds the image; <see langword="null"/> for an image elsewhere.</summary>
    public PackEngineKind? Engine { get; init; }

    /// <summary>Where that engine is reached, as <see cref="PackEngine.Endpoint"/> shows it; empty for an image elsewhere.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The registry that holds the image, such as <c>docker.io</c>; <see langword="null"/> for an image elsewhere.</summary>
    public string? Registry { get; init; }

    /// <summary>The format of the layout or archive that holds the image; <see langword="null"/> for an image elsewhere.</summary>
    public PackImageFormat? Format { get; init; }

    /// <summary>The full path of the layout or archive that holds the image; <see langword="null"/> for an image elsewhere.</summary>
    public string? ImagePath { get; init; }

    /// <summary>Where the image is: the engine, the registry, or the path.</summary>
    public string Location => Engine?.ToString() ?? Registry ?? ImagePath ?? "";

    /// <summary>Whether the image was built by Cloud Native Buildpacks (it carries <c>io.buildpacks.lifecycle.metadata</c>).</summary>
    public bool IsApp { get; init; }

    /// <summary>Whether the image is a builder (it has the label <c>io.buildpacks.builder.metadata</c>).</summary>
    public bool IsBuilder { get; init; }

    /// <summary>The run image of an app image, or the run image of a builder; <see langword="null"/> for other images.</summary>
    public string? RunImage { get; init; }

    /// <summary>Other names of the run image, as the labels list them.</summary>
    public PackCollection<string> RunImageMirrors { get; init; } = [];

    /// <summary>The run image that is under an app image: its id, or its repository with its digest; <see langword="null"/> when the labels do not say.</summary>
    public string? RunImageReference { get; init; }

    /// <summary>The diffID of the run image's last layer in an app image; <see langword="null"/> when the labels do not say.</summary>
    public string? RunImageTopLayer { get; init; }

    /// <summary>
    /// Whether the run image has other layers now than those under an app image; <see langword="null"/> when that was not asked for
    /// (<c>Get-PackImage -CheckRunImage</c>), and for other images.
    /// </summary>
    public bool? RunImageOutdated { get; init; }

    /// <summary>The run image as it is now, in the form of <see cref="RunImageReference"/>, when <see cref="RunImageOutdated"/> is true.</summary>
    public string? NewerRunImage { get; init; }

    /// <summary>Whether an app image may get another run image (Update-PackImage); <see langword="false"/> for other images.</summary>
    public bool Rebasable { get; init; }

    /// <summary>The stack of the run image, in images that name one.</summary>
    public string? Stack { get; init; }

    /// <summary>The buildpacks that built an app image, or that a builder offers.</summary>
    public PackCollection<PackBuildpack> Buildpacks { get; init; } = [];

    /// <summary>The image extensions that took part in building an app image, or that a builder offers.</summary>
    public PackCollection<PackBuildpack> Extensions { get; init; } = [];

    /// <summary>The processes of an app image.</summary>
    public PackCollection<PackProcess> Processes { get; init; } = [];

    /// <summary>The image's labels.</summary>
    public PackLabels Labels { get; init; } = new([]);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
