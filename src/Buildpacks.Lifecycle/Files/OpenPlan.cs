namespace Buildpacks.Lifecycle.Files;

/// <summary>The build plan's entries that no image extension and no buildpack has met yet.</summary>
internal sealed class OpenPlan(BuildPlan plan)
{
    private IReadOnlyList<BuildPlanEntry> entries = plan.Entries;

    /// <summary>The plan as it is now.</summary>
    public BuildPlan ToPlan() => new(entries);

    /// <summary>What is asked of the buildpack or the image extension.</summary>
    public IReadOnlyList<PlanRequirement> For(string buildpackId, bool isExtension = false) =>
        [.. entries.Where(entry => entry.Providers.Any(provider => provider.Id == buildpackId && provider.Extension == isExtension)).SelectMany(entry => entry.Requires)];

    /// <summary>Closes the entries of these names: later buildpacks do not see them.</summary>
    public void Meet(IReadOnlySet<string> names) =>
        entries = [.. entries.Where(entry => !entry.Requires.Any(requirement => names.Contains(requirement.Name)))];
}
