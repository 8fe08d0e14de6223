namespace Buildpacks.Descriptors;

/// <summary>Where a buildpack or image extension of a builder comes from.</summary>
internal sealed record ModuleSource
{
    /// <summary>The id it must have; <see langword="null"/> when any will do.</summary>
    public string? Id { get; init; }

    /// <summary>The version it must have; <see langword="null"/> when any will do.</summary>
    public string? Version { get; init; }

    /// <summary>A folder, an archive or a URI; <see langword="null"/> when an image is named.</summary>
    public string? Uri { get; init; }

    /// <summary>The image of a package; <see langword="null"/> when a URI is named.</summary>
    public string? Image { get; init; }
}
