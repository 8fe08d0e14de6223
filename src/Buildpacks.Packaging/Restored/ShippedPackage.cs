namespace Buildpacks.Packaging.Restored;

/// <summary>A package that the module ships files of, as its own files describe it.</summary>
internal sealed record ShippedPackage
{
    public required string Id { get; init; }

    public required string Version { get; init; }

    /// <summary>SHA-512 of the .nupkg, in hexadecimal digits.</summary>
    public required string Sha512 { get; init; }

    public required string Authors { get; init; }

    public required string Copyright { get; init; }

    /// <summary>An SPDX expression.</summary>
    public required string Licence { get; init; }

    /// <summary>The licence's text; <see langword="null"/> when the package has none, only the expression.</summary>
    public required string? LicenceText { get; init; }

    /// <summary>What the package says of the works in it that are others'; <see langword="null"/> for nothing.</summary>
    public required string? Notice { get; init; }

    /// <summary>The shipped files that are the package's.</summary>
    public required IReadOnlyList<PackagedFile> Files { get; init; }
}
