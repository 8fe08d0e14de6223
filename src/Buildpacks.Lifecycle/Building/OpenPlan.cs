using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Building;

/// <summary>The build plan's entries that no buildpack has met yet.</summary>
internal sealed class OpenPlan(BuildPlan plan)
{
    private IReadOnlyList<BuildPlanEntry> entries = plan.Entries;

    /// <summary>What is asked of the buildpack.</summary>
    public IReadOnlyList<PlanRequirement> For(string buildpackId) =>
        [.. entries.Where(entry => entry.Providers.Any(provider => provider.Id == buildpackId && !provider.Extension)).SelectMany(entry => entry.Requires)];

    /// <summary>Closes the entries of these names: later buildpacks do not see them.</summary>
    public void Meet(IReadOnlySet<string> names) =>
        entries = [.. entries.Where(entry => !entry.Requires.Any(requirement => names.Contains(requirement.Name)))];
}
