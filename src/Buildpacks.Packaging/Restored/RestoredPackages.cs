using System.Text.Json;
using System.Text.RegularExpressions;

namespace Buildpacks.Packaging.Restored;

/// <summary>Finds the packages of the module's files in <c>project.assets.json</c>, where a restore notes what it found.</summary>
internal static partial class RestoredPackages
{
    private static readonly string[] AssetKinds = ["runtime", "runtimeTargets"];

    /// <summary>The packages that files come from.</summary>
    /// <param name="assetsPath">The project.assets.json of the module's project.</param>
    /// <param name="files">The module's files.</param>
    /// <exception cref="FormatException">An assembly is neither a project's nor a package's, or not the package's any more.</exception>
    public static IReadOnlyList<ShippedPackage> Shipped(string assetsPath, IReadOnlyList<PackagedFile> files)
    {
        if (!File.Exists(assetsPath))
        {
            throw new FormatException($"{assetsPath} is not there; './build.sh Package' restores the module's packages first.");
        }

        using var assets = JsonDocument.Parse(File.ReadAllBytes(assetsPath));
        var libraries = Libraries(assets.RootElement).ToList();
        var project = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(assetsPath))));
        var ours = libraries.Where(library => library.IsProject).Select(library => library.Id).Append(project)
            .Select(name => name + ".dll").ToHashSet(StringComparer.Ordinal);
        var foreign = files.Where(file => file.Name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && !ours.Contains(file.Name));

        return [.. foreign.GroupBy(file => Owner(libraries, file)).Select(group => Describe(group.Key, [.. group]))
            .OrderBy(package => package.Id, StringComparer.OrdinalIgnoreCase)];
    }

    private static RestoredLibrary Owner(IEnumerable<RestoredLibrary> libraries, PackagedFile file) =>
        libraries.FirstOrDefault(library => library.Assemblies.Any(
            path => Path.GetFileName(path) == file.Name && File.ReadAllBytes(path).AsSpan().SequenceEqual(file.Content)))
        ?? throw new FormatException($"{file.Path} is in no package that was restored: whose it is cannot be said.");

    private static ShippedPackage Describe(RestoredLibrary library, IReadOnlyList<PackagedFile> files)
    {
        var description = PackageDescription.Read(library.Files.Single(path => path.EndsWith(".nuspec", StringComparison.OrdinalIgnoreCase)));
        return new ShippedPackage
        {
            Id = library.Id,
            Version = library.Version,
            Sha512 = Convert.ToHexStringLower(Convert.FromBase64String(library.Sha512)),
            Authors = description.Authors,
            Copyright = description.Copyright,
            Licence = description.Licence,
            LicenceText = Text(LicenceName()),
            Notice = Text(NoticeName()),
            Files = files,
        };

        string? Text(Regex name) =>
            library.Files.FirstOrDefault(path => name.IsMatch(Path.GetRelativePath(library.Folder, path))) is { } path
                ? File.ReadAllText(path).ReplaceLineEndings("\n").Trim()
                : null;
    }

    private static IEnumerable<RestoredLibrary> Libraries(JsonElement assets)
    {
        var folders = assets.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        var target = assets.GetProperty("targets").EnumerateObject().First().Value;
        foreach (var library in assets.GetProperty("libraries").EnumerateObject())
        {
            var name = library.Name.Split('/');
            if (library.Value.GetProperty("type").GetString() == "project")
            {
                yield return new RestoredLibrary { Id = name[0], Version = name[1], IsProject = true };
                continue;
            }

            var folder = folders.Select(root => Path.Combine(root, library.Value.GetProperty("path").GetString()!)).FirstOrDefault(Directory.Exists)
                ?? throw new FormatException($"The package {library.Name} was restored once and is gone: restore it again.");
            yield return new RestoredLibrary
            {
                Id = name[0],
                Version = name[1],
                Folder = folder,
                Sha512 = library.Value.GetProperty("sha512").GetString()!,
                Files = [.. library.Value.GetProperty("files").EnumerateArray().Select(file => Path.Combine(folder, file.GetString()!))],
                Assemblies = [.. Assets(target.GetProperty(library.Name)).Select(path => Path.Combine(folder, path))],
            };
        }
    }

    private static IEnumerable<string> Assets(JsonElement library) =>
        AssetKinds.SelectMany(kind =>
            library.TryGetProperty(kind, out var assets) ? assets.EnumerateObject().Select(asset => asset.Name) : []);

    [GeneratedRegex(@"^licen[cs]e(\.(txt|md))?\z", RegexOptions.IgnoreCase)]
    private static partial Regex LicenceName();

    [GeneratedRegex(@"^(third-?party-?)?notices?(\.(txt|md))?\z", RegexOptions.IgnoreCase)]
    private static partial Regex NoticeName();
}
