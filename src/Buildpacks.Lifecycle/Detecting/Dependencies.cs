using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>Matches what a trial's buildpacks provide with what they and later ones require.</summary>
internal sealed class Dependencies
{
    private readonly List<Dependency> dependencies = [];

    /// <summary>Matches the trial, from its first buildpack to its last.</summary>
    public Dependencies(IEnumerable<TrialMember> trial)
    {
        foreach (var member in trial)
        {
            foreach (var name in member.Plan.Provides)
            {
                Named(name).Unused.Add(member);
            }

            foreach (var requirement in member.Plan.Requires)
            {
                Named(requirement.Name).Require(member, requirement);
            }
        }
    }

    /// <summary>Who requires what nobody before provides.</summary>
    public IEnumerable<(string Name, TrialMember Member)> UnmetRequires =>
        dependencies.SelectMany(dependency => dependency.Unmet.Select(member => (dependency.Name, member)));

    /// <summary>Who provides what nobody after requires.</summary>
    public IEnumerable<(string Name, TrialMember Member)> UnusedProvides =>
        dependencies.SelectMany(dependency => dependency.Unused.Select(member => (dependency.Name, member)));

    /// <summary>The plan; complete when nothing is unmet nor unused.</summary>
    public BuildPlan ToPlan() => new(
        [.. dependencies.Select(dependency => new BuildPlanEntry(
            [.. dependency.Providers.Select(provider => provider.Candidate.ToProvider())], dependency.Requires))]);

    private Dependency Named(string name)
    {
        if (dependencies.Find(dependency => dependency.Name == name) is { } known)
        {
            return known;
        }

        var dependency = new Dependency(name);
        dependencies.Add(dependency);
        return dependency;
    }

    private sealed class Dependency(string name)
    {
        public string Name { get; } = name;

        public List<TrialMember> Providers { get; } = [];

        public List<TrialMember> Unused { get; } = [];

        public List<TrialMember> Unmet { get; } = [];

        public List<PlanRequirement> Requires { get; } = [];

        public void Require(TrialMember member, PlanRequirement requirement)
        {
            Providers.AddRange(Unused);
            Unused.Clear();
            if (Providers.Count == 0)
            {
                Unmet.Add(member);
            }
            else
            {
                Requires.Add(requirement);
            }
        }
    }
}
