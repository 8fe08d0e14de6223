using Buildpacks.Packaging.Gallery;
using Buildpacks.Packaging.Licences;
using Buildpacks.Packaging.Restored;
using Buildpacks.Packaging.Sbom;

namespace Buildpacks.Packaging;

/// <summary>
/// Makes the package of a module that lies built in its repository: <c>NAME/VERSION/</c>, as modules are installed, and
/// <c>NAME.VERSION.nupkg</c>, as the gallery takes it. The same files give the same bytes.
/// </summary>
internal static class ModulePackage
{
    private const string Name = "Buildpacks";

    /// <summary>Makes the package; what lay in the target folder goes.</summary>
    /// <returns>The path of the .nupkg.</returns>
    /// <exception cref="FormatException">Something that a package needs is missing or does not fit; the message says what.</exception>
    public static string Make(string repository, string target)
    {
        var manifest = ModuleManifest.Read(Path.Combine(repository, Name + ".psd1"));
        var files = Sorted(ModuleContent.Read(repository, manifest));
        var packages = RestoredPackages.Shipped(Path.Combine(repository, "src", "Buildpacks.PowerShell", "obj", "project.assets.json"), files);
        files = Sorted([.. files, Notices.Write(manifest, packages)]);
        files = Sorted([.. files, SpdxWriter.Write(manifest, files, packages)]);
        files = Sorted([.. files, Checksums.Write(files)]);

        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        foreach (var file in files)
        {
            file.WriteTo(Path.Combine(target, manifest.Name, manifest.BaseVersion));
        }

        var package = new PackagedFile($"{manifest.Name}.{manifest.Version}.nupkg", GalleryPackage.Write(manifest, files));
        package.WriteTo(target);
        Checksums.Write([package]).WriteTo(target);
        return Path.Combine(target, package.Path);
    }

    private static List<PackagedFile> Sorted(IEnumerable<PackagedFile> files) => [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
}
