namespace Buildpacks.Packaging.Restored;

/// <summary>A package or project that a restore found for the module's project.</summary>
internal sealed record RestoredLibrary
{
    public required string Id { get; init; }

    public required string Version { get; init; }

    /// <summary>Whether it is a project of the repository; the rest is known of packages only.</summary>
    public bool IsProject { get; init; }

    /// <summary>The package's folder.</summary>
    public string Folder { get; init; } = "";

    /// <summary>SHA-512 of the .nupkg, in base 64.</summary>
    public string Sha512 { get; init; } = "";

    /// <summary>The paths of its files.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The paths of the assemblies that are meant for the module.</summary>
    public IReadOnlyList<string> Assemblies { get; init; } = [];
}
