namespace Buildpacks;

/// <summary>A format of software bills of materials (SBOM).</summary>
public enum PackSbomFormat
{
    /// <summary>CycloneDX: <c>sbom.cdx.json</c>.</summary>
    CycloneDx,

    /// <summary>SPDX: <c>sbom.spdx.json</c>.</summary>
    Spdx,

    /// <summary>Syft: <c>sbom.syft.json</c>.</summary>
    Syft,
}

/// <summary>An SBOM file of an app image that was written to a folder.</summary>
public sealed record PackSbomFile
{
    /// <summary>The full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>The name of the image; its place when it is in a layout or an archive.</summary>
    public required string Image { get; init; }

    /// <summary>The format; <see langword="null"/> for another one, such as that of <c>sbom.legacy.json</c>.</summary>
    public PackSbomFormat? Format { get; init; }

    /// <summary>The media type of the format, such as <c>application/spdx+json</c>; <see langword="null"/> when the format is.</summary>
    public string? MediaType => Format switch
    {
        PackSbomFormat.CycloneDx => "application/vnd.cyclonedx+json",
        PackSbomFormat.Spdx => "application/spdx+json",
        PackSbomFormat.Syft => "application/vnd.syft+json",
        _ => null,
    };

    /// <summary>The id of the buildpack that wrote the file; empty for a file of the lifecycle.</summary>
    public string BuildpackId { get; init; } = "";

    /// <summary>The layer that the file describes; empty for a file about all of the buildpack's layers.</summary>
    public string Layer { get; init; } = "";

    /// <summary>The phase that the described software is for: <c>launch</c> for the app at run time, <c>build</c> for the build.</summary>
    public string Phase { get; init; } = "";

    /// <summary>The size of the file in bytes.</summary>
    public long Size { get; init; }

    /// <summary>The engine that holds the image; <see langword="null"/> for an image elsewhere.</summary>
    public PackEngineKind? Engine { get; init; }

    /// <summary>Where that engine is reached, as <see cref="PackEngine.Endpoint"/> shows it; empty for an image elsewhere.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The registry that holds the image; <see langword="null"/> for an image elsewhere.</summary>
    public string? Registry { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
