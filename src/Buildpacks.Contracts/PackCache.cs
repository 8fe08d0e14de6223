namespace Buildpacks;

/// <summary>A cache of builds: a volume of an engine, a folder, or an image in a registry.</summary>
public sealed record PackCache
{
    /// <summary>The name of the volume or of the cache image, or the full path of the folder.</summary>
    public required string Name { get; init; }

    /// <summary>The image whose builds use the cache, the first of <see cref="ImageNames"/>; <see langword="null"/> when it is not known.</summary>
    public string? ImageName => ImageNames is [var first, ..] ? first : null;

    /// <summary>The images whose builds use the cache. Empty when none is known: another user or another machine may have created the volume.</summary>
    public PackCollection<string> ImageNames { get; init; } = [];

    /// <summary>What the cache contains.</summary>
    public required PackCacheKind Kind { get; init; }

    /// <summary>Where the cache is.</summary>
    public required PackCachePlace Place { get; init; }

    /// <summary>The engine that has the volume or uses the folder; <see langword="null"/> for a cache image.</summary>
    public PackEngineKind? Engine { get; init; }

    /// <summary>Where that engine is reached, as <see cref="PackEngine.Endpoint"/> shows it; empty for a cache image.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Size in bytes: the lengths of all files, or of the layers of a cache image; <see langword="null"/> when it cannot be determined.</summary>
    public long? Size { get; init; }

    /// <summary>When a build used the cache last; <see langword="null"/> when that is not known.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>When the engine created the volume; <see langword="null"/> when that is not known.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>
    /// Whether none of the images exists any more; <see langword="null"/> when that is not known: the image is not known, or it is in a registry.
    /// </summary>
    public bool? Orphaned { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What a cache contains.</summary>
public enum PackCacheKind
{
    /// <summary>Layers that buildpacks use again.</summary>
    Build,

    /// <summary>Layers of the image, for a lifecycle that exports to docker's daemon.</summary>
    Launch,

    /// <summary>The local copy of a cache image (-CacheImage).</summary>
    ImageCopy,

    /// <summary>Layers of base images that pack keeps for image extensions.</summary>
    Kaniko,

    /// <summary>A large buildpack that builders do not have, and that builds read.</summary>
    Module,
}

/// <summary>Where a cache is.</summary>
public enum PackCachePlace
{
    /// <summary>A volume of an engine.</summary>
    Volume,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>An image in a registry.</summary>
    Registry,
}
