using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Building;

/// <summary>The array <c>bom</c> of launch.toml and build.toml, deprecated since buildpack API 0.7. A lifecycle may pass it on; this one does not.</summary>
internal static class LegacyBom
{
    /// <summary>Says that the array is not passed on.</summary>
    public static void WarnIfPresent(TomlSection toml, ILifecycleLog log)
    {
        if (toml.Has("bom"))
        {
            log.Warn($"{toml.Source}: the array 'bom' is deprecated and is ignored by this lifecycle; write <layer>.sbom.<ext>, launch.sbom.<ext> or build.sbom.<ext> instead");
        }
    }
}
