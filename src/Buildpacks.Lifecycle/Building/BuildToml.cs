using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Building;

/// <summary>build.toml in a buildpack's layers folder: what it could not provide.</summary>
internal static class BuildToml
{
    /// <summary>The names of the plan entries that the buildpack met: all but those it says are unmet.</summary>
    /// <exception cref="InvalidDataException">Malformed, or an unmet name that was not asked for.</exception>
    public static IReadOnlySet<string> ReadMet(string path, IReadOnlyList<PlanRequirement> plan, ILifecycleLog log)
    {
        var met = plan.Select(requirement => requirement.Name).ToHashSet(StringComparer.Ordinal);
        if (TomlFile.ReadIfExists(path) is not { } toml)
        {
            return met;
        }

        LegacyBom.WarnIfPresent(toml, log);
        var unmet = toml.Sections("unmet").Select(entry => entry.RequiredText("name")).ToList();
        if (unmet.FirstOrDefault(name => !met.Contains(name)) is { } unknown)
        {
            throw new InvalidDataException($"{path}: unmet.name '{unknown}' must match a requested dependency");
        }

        met.ExceptWith(unmet);
        return met;
    }
}
