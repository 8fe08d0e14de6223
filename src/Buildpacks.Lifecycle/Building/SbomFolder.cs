using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Building;

/// <summary>
/// &lt;layers&gt;/sbom, where the exporter finds software bills of materials:
/// <c>launch|build|cache/&lt;buildpack&gt;[/&lt;layer&gt;]/sbom.&lt;format&gt;</c>.
/// </summary>
internal sealed class SbomFolder(string folder)
{
    /// <summary>Removes what an earlier build or the restorer left.</summary>
    public void Clear()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Copies a buildpack's files.</summary>
    public void Add(GroupElement buildpack, IEnumerable<SbomFile> files)
    {
        foreach (var file in files)
        {
            var target = Directory.CreateDirectory(Path.Combine(folder, Name(file.Kind), buildpack.EscapedId, file.Layer ?? ""));
            File.Copy(file.Path, Path.Combine(target.FullName, $"sbom.{file.Format}"), overwrite: true);
        }
    }

    /// <summary>Writes the legacy bill of materials, <c>null</c> when there is none: every image from platform API 0.9 on has the file.</summary>
    public void AddLegacy(SbomKind kind, string content) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, Name(kind))).FullName, "sbom.legacy.json"), content);

    private static string Name(SbomKind kind) => kind switch
    {
        SbomKind.Launch => "launch",
        SbomKind.Cache => "cache",
        _ => "build",
    };
}
