using System.Reflection;

namespace Buildpacks.Packaging;

/// <summary>The files of the repository that are the module.</summary>
internal static class ModuleContent
{
    private const string Licence = "LICENSE";
    private const string Help = "en-US";

    /// <summary>The folder that a build lays out.</summary>
    private const string Built = "lib";

    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">One that the manifest names is missing, or of another version.</exception>
    public static IEnumerable<PackagedFile> Read(string repository, ModuleManifest manifest)
    {
        string[] paths = [manifest.Name + ".psd1", Licence, .. Below(repository, Help), .. Below(repository, Built)];
        if (manifest.NamedFiles.Except(paths, StringComparer.Ordinal).FirstOrDefault() is { } missing)
        {
            throw new FormatException($"The manifest names {missing}, and there is no such file; './build.sh Package' builds the module first.");
        }

        var built = AssemblyName.GetAssemblyName(Path.Combine(repository, manifest.NamedFiles[0])).Version;
        if (built != System.Version.Parse(manifest.BaseVersion + ".0"))
        {
            throw new FormatException($"The manifest says version {manifest.BaseVersion}, and {manifest.NamedFiles[0]} says {built}.");
        }

        return paths.Select(path => new PackagedFile(path, File.ReadAllBytes(Path.Combine(repository, path))));
    }

    private static IEnumerable<string> Below(string repository, string folder)
    {
        var root = Path.Combine(repository, folder);
        return !Directory.Exists(root) ? []
            : Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(repository, file).Replace(Path.DirectorySeparatorChar, '/'));
    }
}
