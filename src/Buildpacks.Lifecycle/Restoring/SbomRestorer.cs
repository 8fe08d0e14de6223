using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Restoring;

/// <summary>
/// Brings bills of materials back to the buildpacks that wrote them: a layer that is used again keeps its bill without
/// its buildpack writing it anew.
/// </summary>
/// <param name="layersDirectory">The layers folder.</param>
/// <param name="log">Where its lines go.</param>
internal sealed class SbomRestorer(string layersDirectory, ILifecycleLog log)
{
    private readonly string root = Path.Combine(layersDirectory, "sbom");

    /// <summary>Moves the bills that were unpacked under <c>sbom/</c> to the layers folders of their buildpacks, and removes the rest.</summary>
    /// <param name="buildpacks">The buildpacks of this build.</param>
    public void Distribute(IReadOnlyList<GroupElement> buildpacks)
    {
        if (!Directory.Exists(root))
        {
            return;
        }

        foreach (var kind in (ReadOnlySpan<string>)["cache", "launch"])
        {
            foreach (var buildpack in buildpacks)
            {
                Distribute(Path.Combine(root, kind, buildpack.EscapedId), Path.Combine(layersDirectory, buildpack.EscapedId));
            }
        }

        Directory.Delete(root, recursive: true);
    }

    // <kind>/<buildpack>/<layer>/sbom.cdx.json becomes <buildpack>/<layer>.sbom.cdx.json. Bills of the whole buildpack lie
    // beside the layers' folders and are written anew by every build.
    private void Distribute(string from, string to)
    {
        // A buildpack without a folder had no layer restored.
        if (!Directory.Exists(from) || !Directory.Exists(to))
        {
            return;
        }

        foreach (var layer in Directory.GetDirectories(from))
        {
            foreach (var bill in Directory.GetFiles(layer, "sbom.*json"))
            {
                var target = Path.Combine(to, $"{Path.GetFileName(layer)}.{Path.GetFileName(bill)}");
                log.Debug($"Restoring {target}");
                File.Copy(bill, target, overwrite: true);
            }
        }
    }
}
