using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Building;

/// <summary>build.toml in a buildpack's layers folder.</summary>
/// <param name="Met">The names of the plan entries that the buildpack met: all but those it says are unmet.</param>
/// <param name="Bom">The legacy bill of materials of the build.</param>
internal sealed record BuildToml(IReadOnlySet<string> Met, IReadOnlyList<LegacyBomEntry> Bom)
{
    /// <summary>Reads the file; without one everything is met.</summary>
    /// <exception cref="InvalidDataException">Malformed, or an unmet name that was not asked for.</exception>
    public static BuildToml Read(string path, GroupElement buildpack, IReadOnlyList<PlanRequirement> plan, ILifecycleLog log)
    {
        var met = plan.Select(requirement => requirement.Name).ToHashSet(StringComparer.Ordinal);
        if (TomlFile.ReadIfExists(path) is not { } toml)
        {
            return new BuildToml(met, []);
        }

        var bom = LegacyBom.Read(toml, buildpack, Path.GetDirectoryName(path)!, log);
        var unmet = new List<string>();
        foreach (var entry in toml.Sections("unmet"))
        {
            var name = entry.Text("name") is { Length: > 0 } given ? given : throw new InvalidDataException("unmet.name is required");
            unmet.Add(met.Contains(name) ? name : throw new InvalidDataException($"unmet.name '{name}' must match a requested dependency"));
        }

        met.ExceptWith(unmet);
        return new BuildToml(met, bom);
    }
}
