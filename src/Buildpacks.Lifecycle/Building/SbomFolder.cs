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
            var kind = file.Kind switch
            {
                SbomKind.Launch => "launch",
                SbomKind.Cache => "cache",
                _ => "build",
            };
            var target = Directory.CreateDirectory(Path.Combine(folder, kind, buildpack.EscapedId, file.Layer ?? ""));
            File.Copy(file.Path, Path.Combine(target.FullName, $"sbom.{file.Format}"), overwrite: true);
        }
    }
}
