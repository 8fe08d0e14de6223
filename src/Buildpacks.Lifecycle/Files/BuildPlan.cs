using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>plan.toml: which buildpacks provide what others require.</summary>
internal sealed record BuildPlan(IReadOnlyList<BuildPlanEntry> Entries)
{
    /// <summary>Reads the file.</summary>
    public static BuildPlan Read(string path) =>
        new([.. TomlFile.Read(path).Sections("entries").Select(BuildPlanEntry.From)]);

    /// <summary>Writes the file.</summary>
    public void Write(string path) => TomlFile.Write(
        path, new TomlTable().With("entries", Entries.Select(entry => entry.ToToml()).ToToml()));
}
