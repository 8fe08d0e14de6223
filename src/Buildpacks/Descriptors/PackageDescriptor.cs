using Buildpacks.Configuration.Toml;

namespace Buildpacks.Descriptors;

/// <summary>What the package.toml of a composite buildpack says of the buildpacks that it needs.</summary>
internal sealed record PackageDescriptor
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "package.toml";

    /// <summary>The file; relative paths in it start at its folder.</summary>
    public required string Path { get; init; }

    /// <summary>Where the buildpack is, from the folder of the file.</summary>
    public string Uri { get; init; } = ".";

    /// <summary>The buildpacks that it needs.</summary>
    public IReadOnlyList<ModuleSource> Dependencies { get; init; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="PackException"><c>PackageTomlInvalid</c>; the message names lines.</exception>
    public static PackageDescriptor Read(string path)
    {
        var document = TomlDocument.Read(path, PackErrorIds.PackageTomlInvalid);
        var root = document.Root;
        var descriptor = new PackageDescriptor
        {
            Path = path,
            Uri = root.Section("buildpack")?.String("uri") is { Length: > 0 } uri ? uri : ".",
            Dependencies = [.. root.Sections("dependencies").Select(ReadDependency)],
        };
        document.ThrowIfInvalid(allowUnknownKeys: true);
        return descriptor;
    }

    private static ModuleSource ReadDependency(TomlSection section)
    {
        var source = new ModuleSource
        {
            Uri = section.String("uri") is { Length: > 0 } uri ? uri : null,
            Image = section.String("image") is { Length: > 0 } image ? image : null,
        };
        if (source is { Uri: null, Image: null })
        {
            section.Problem("uri", "is missing");
        }

        return source;
    }
}
