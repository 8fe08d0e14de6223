using Buildpacks.Engines;
using Buildpacks.Oci;
using Buildpacks.Stores.Registry;

namespace Buildpacks.Stores.Copies;

/// <summary>What is to be copied, and where to.</summary>
/// <param name="From">Where the image is.</param>
/// <param name="To">Where it is to go.</param>
public sealed record CopyRequest(CopyPlace From, CopyPlace To)
{
    /// <summary>The image's name or id; <see langword="null"/> for the only image at a path.</summary>
    public string? Image { get; init; }

    /// <summary>The names that go along from an engine's store.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The platforms of an index that are copied: none for all, where an index can go, or else for the engine's or this machine's.</summary>
    public IReadOnlyList<OciPlatform> Platforms { get; init; } = [];

    /// <summary>The name that the image gets in the place of those it has; <see langword="null"/> to keep them.</summary>
    public string? NewName { get; init; }
}

/// <summary>A place that images are copied from or to: an engine's store, registries, or a path.</summary>
public sealed record CopyPlace
{
    private CopyPlace()
    {
    }

    /// <summary>The engine; <see langword="null"/> for a path and for registries.</summary>
    public IEngine? Engine { get; private init; }

    /// <summary>The registries that images' names begin with; <see langword="null"/> for an engine and for a path.</summary>
    public RegistryAccess? Registry { get; private init; }

    /// <summary>The full path of a layout's folder or an archive; empty for an engine and for registries.</summary>
    public string Path { get; private init; } = "";

    /// <summary>
    /// What is written at a path: by default a docker archive where the path ends in <c>.tar</c>, else a layout. Where an image is copied from:
    /// what has to be there, anything by default.
    /// </summary>
    public PackImageFormat? Format { get; init; }

    /// <summary>What is written at the path, chosen or by default.</summary>
    internal PackImageFormat WrittenFormat => Format
        ?? (Path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(Path) ? PackImageFormat.DockerArchive : PackImageFormat.Layout);

    /// <summary>Whether an archive that is there is replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>An engine's store.</summary>
    /// <param name="engine">The engine; left to the caller.</param>
    public static CopyPlace In(IEngine engine) => new() { Engine = engine };

    /// <summary>Registries.</summary>
    /// <param name="access">What the command says of them.</param>
    public static CopyPlace InRegistry(RegistryAccess access) => new() { Registry = access };

    /// <summary>A path.</summary>
    /// <param name="path">The full path.</param>
    public static CopyPlace At(string path) => new() { Path = System.IO.Path.TrimEndingDirectorySeparator(path) };
}
