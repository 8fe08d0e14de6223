using System.Collections.Immutable;
using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>
/// Finds a build plan: tries the buildpacks' alternatives depth first, from left to right, until everything required is provided
/// before it and everything provided is required.
/// </summary>
/// <param name="log">Takes a line for each try and each reason.</param>
internal sealed class PlanResolver(DetectLog log)
{
    private int tries;

    /// <summary>The buildpacks that take part and their plan, or <see langword="null"/> when no trial works out.</summary>
    /// <param name="passed">The buildpacks that passed bin/detect, with their alternatives.</param>
    public (IReadOnlyList<Candidate> Members, BuildPlan Plan)? Resolve(IReadOnlyList<(Candidate Candidate, IReadOnlyList<PlanAlternative> Plan)> passed)
    {
        return Try([], 0);

        (IReadOnlyList<Candidate> Members, BuildPlan Plan)? Try(ImmutableList<TrialMember> trial, int index)
        {
            if (index == passed.Count)
            {
                return RunTrial(trial);
            }

            var (candidate, plan) = passed[index];
            for (var alternative = 0; alternative < plan.Count; alternative++)
            {
                // An optional buildpack is left out only after all its alternatives were tried in full.
                var member = new TrialMember(candidate, plan[alternative], candidate.Optional && alternative == plan.Count - 1);
                if (Try(trial.Add(member), index + 1) is { } result)
                {
                    return result;
                }
            }

            return null;
        }
    }

    private (IReadOnlyList<Candidate> Members, BuildPlan Plan)? RunTrial(ImmutableList<TrialMember> trial)
    {
        log.Debug($"Resolving plan... (try #{++tries})");
        while (true)
        {
            var dependencies = new Dependencies(trial);
            var problems = dependencies.UnmetRequires.Select(unmet => (unmet.Member, Reason: $"requires {unmet.Name}"))
                .Concat(dependencies.UnusedProvides.Select(unused => (unused.Member, Reason: $"provides unused {unused.Name}")))
                .ToList();
            if (problems.Count == 0)
            {
                if (trial.Count > 0)
                {
                    return ([.. trial.Select(member => member.Candidate)], dependencies.ToPlan());
                }

                log.Debug("fail: no viable buildpacks in group");
                return null;
            }

            foreach (var (member, reason) in problems)
            {
                if (!member.MayBeLeftOut)
                {
                    log.Debug($"fail: {member.Candidate} {reason}");
                    return null;
                }

                log.Debug($"skip: {member.Candidate} {reason}");
                trial = trial.Remove(member);
            }
        }
    }
}
