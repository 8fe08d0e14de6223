namespace Buildpacks.Lifecycle.Detecting;

/// <summary>A buildpack in a trial, with one of the ways in which it can take part.</summary>
/// <param name="Candidate">The buildpack.</param>
/// <param name="Plan">What it provides and requires this time.</param>
/// <param name="MayBeLeftOut">Whether the trial goes on without it when its part of the plan does not work out.</param>
internal sealed record TrialMember(Candidate Candidate, PlanAlternative Plan, bool MayBeLeftOut);
