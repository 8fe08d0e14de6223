using Buildpacks.Lifecycle.Files.Toml;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Files;

/// <summary>One dependency of the build plan: who may provide it, and what is asked of it.</summary>
internal sealed record BuildPlanEntry(IReadOnlyList<GroupElement> Providers, IReadOnlyList<PlanRequirement> Requires)
{
    /// <summary>Reads one entry.</summary>
    public static BuildPlanEntry From(TomlSection toml) => new(
        [.. toml.Sections("providers").Select(GroupElement.From)],
        [.. toml.Sections("requires").Select(PlanRequirement.From)]);

    /// <summary>The entry as TOML.</summary>
    public TomlTable ToToml() => new TomlTable()
        .With("providers", Providers.Select(provider => provider.ToToml()).ToToml())
        .With("requires", Requires.Select(requirement => requirement.ToToml()).ToToml());
}
