using Buildpacks.Lifecycle.Descriptors;

namespace Buildpacks.Lifecycle.Building;

/// <summary>A software bill of materials that a buildpack wrote.</summary>
/// <param name="Path">The file.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Layer">The layer it describes; <see langword="null"/> for the launch or the build as a whole.</param>
/// <param name="Format">How its name ends: <c>cdx.json</c>, <c>spdx.json</c>, <c>syft.json</c>.</param>
internal sealed record SbomFile(string Path, SbomKind Kind, string? Layer, string Format)
{
    private const string Infix = ".sbom.";

    private static readonly IReadOnlyDictionary<string, string> MediaTypes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["cdx.json"] = "application/vnd.cyclonedx+json",
        ["spdx.json"] = "application/spdx+json",
        ["syft.json"] = "application/vnd.syft+json",
    };

    /// <summary>The files in a buildpack's layers folder; those of layers that it did not describe are left out.</summary>
    /// <exception cref="InvalidDataException">A format that is not known, or that buildpack.toml does not declare.</exception>
    public static IReadOnlyList<SbomFile> ReadAll(string folder, IReadOnlyList<BuiltLayer> layers, BuildpackDescriptor buildpack)
    {
        var files = new List<SbomFile>();
        foreach (var path in Directory.EnumerateFiles(folder, $"*{Infix}*.json").Order(StringComparer.Ordinal))
        {
            var name = System.IO.Path.GetFileName(path);
            var infix = name.LastIndexOf(Infix, StringComparison.Ordinal);
            var (subject, format) = (name[..infix], name[(infix + Infix.Length)..]);
            var found = Subjects(subject, layers).Select(about => new SbomFile(path, about.Kind, about.Layer, format)).ToList();
            if (found.Count > 0)
            {
                Check(path, format, buildpack);
                files.AddRange(found);
            }
        }

        return files;
    }

    private static IEnumerable<(SbomKind Kind, string? Layer)> Subjects(string subject, IReadOnlyList<BuiltLayer> layers)
    {
        if (subject is "launch" or "build")
        {
            return [(subject == "launch" ? SbomKind.Launch : SbomKind.Build, null)];
        }

        return layers.FirstOrDefault(layer => layer.Name == subject) is not { } layer
            ? []
            : new[] { (layer.Types.Launch ? SbomKind.Launch : SbomKind.Build, (string?)subject), (SbomKind.Cache, subject) }
                .Take(layer.Types.Cache ? 2 : 1);
    }

    private static void Check(string path, string format, BuildpackDescriptor buildpack)
    {
        if (!MediaTypes.TryGetValue(format, out var mediaType))
        {
            throw new InvalidDataException($"{path}: unsupported SBOM file format; use {string.Join(", ", MediaTypes.Keys)}");
        }

        if (!buildpack.SbomFormats.Any(declared => declared.Split(';')[0].Trim() == mediaType))
        {
            throw new InvalidDataException($"{path}: buildpack {buildpack} does not declare the SBOM media type '{mediaType}' in sbom-formats");
        }
    }
}
