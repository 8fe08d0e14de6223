using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Building;

/// <summary>The array <c>bom</c> of launch.toml and build.toml, deprecated since buildpack API 0.7 and still passed on.</summary>
internal static class LegacyBom
{
    /// <summary>Reads the array. A buildpack that writes it without SBOM files gets a warning.</summary>
    /// <param name="toml">launch.toml or build.toml.</param>
    /// <param name="buildpack">The buildpack that wrote it.</param>
    /// <param name="folder">The buildpack's layers folder.</param>
    /// <param name="log">Takes the warning.</param>
    public static IReadOnlyList<LegacyBomEntry> Read(TomlSection toml, GroupElement buildpack, string folder, ILifecycleLog log)
    {
        var entries = toml.Sections("bom");
        if (entries.Count > 0 && !Directory.EnumerateFiles(folder, "*.sbom.*.json").Any())
        {
            log.Warn(
                "BOM table is deprecated in this buildpack api version, though it remains supported for backwards compatibility. "
                + "Buildpack authors should write BOM information to <layer>.sbom.<ext>, launch.sbom.<ext>, or build.sbom.<ext>.");
        }

        return [.. entries.Select(entry => LegacyBomEntry.From(entry, buildpack))];
    }
}
