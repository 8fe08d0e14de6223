using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>A group whose buildpacks have run bin/detect: does it pass?</summary>
/// <param name="members">The buildpacks, in order.</param>
/// <param name="runs">What came of each.</param>
/// <param name="log">Takes the details.</param>
internal sealed class GroupTrial(IReadOnlyList<Candidate> members, IReadOnlyList<DetectRun> runs, DetectLog log)
{
    private readonly IReadOnlyList<(Candidate Candidate, DetectRun Run)> results = [.. members.Zip(runs)];

    /// <summary>Whether a buildpack neither passed nor failed.</summary>
    public bool Errored => runs.Any(run => run.Errored);

    /// <summary>The buildpacks that take part and their plan, or <see langword="null"/> when the group fails.</summary>
    public DetectResult? Judge()
    {
        foreach (var (candidate, run) in results)
        {
            ReportOutput(candidate, run);
        }

        ReportResults();
        if (results.Any(result => !result.Run.Passed && !result.Candidate.Optional))
        {
            return null;
        }

        var passed = results.Where(result => result.Run.Passed).Select(result => (result.Candidate, result.Run.Plan)).ToList();
        if (passed.All(member => member.Candidate.Descriptor.IsExtension))
        {
            log.Debug("fail: no viable buildpacks in group");
            return null;
        }

        if (new PlanResolver(log).Resolve(passed) is not { } resolved)
        {
            return null;
        }

        ReportMembers(resolved.Members);
        return new DetectResult(
            new BuildpackGroup { Buildpacks = Elements(isExtension: false), Extensions = Elements(isExtension: true) }, resolved.Plan);

        IReadOnlyList<GroupElement> Elements(bool isExtension) =>
            [.. resolved.Members.Where(member => member.Descriptor.IsExtension == isExtension).Select(member => member.ToGroupElement())];
    }

    private void ReportOutput(Candidate candidate, DetectRun run)
    {
        var level = run.Errored ? LogLevel.Info : LogLevel.Debug;
        if (run.OutputFile is { } file && new FileInfo(file).Length > 0)
        {
            log.Line(level, $"======== Output: {candidate} ========");
            log.Output(level, file);
        }

        if (run.Problem is { } problem)
        {
            log.Line(level, $"======== Error: {candidate} ========");
            log.Line(level, problem);
        }
    }

    private void ReportResults()
    {
        log.Debug("======== Results ========");
        foreach (var (candidate, run) in results)
        {
            if (run.Passed)
            {
                log.Debug($"pass: {candidate}");
            }
            else if (run.Errored)
            {
                log.Info($"err:  {candidate}{(run.ExitCode is { } code ? $" ({code})" : "")}");
            }
            else
            {
                log.Debug($"{(candidate.Optional ? "skip" : "fail")}: {candidate}");
            }
        }
    }

    private void ReportMembers(IReadOnlyList<Candidate> taking)
    {
        if (taking.Count != members.Count)
        {
            log.Info($"{taking.Count} of {members.Count} buildpacks participating");
        }

        var width = taking.Max(member => member.Id.Length);
        foreach (var member in taking)
        {
            log.Info($"{member.Id.PadRight(width)} {member.Descriptor.Version}");
        }
    }
}

/// <summary>A buildpack in a trial, with one of the ways in which it can take part.</summary>
/// <param name="Candidate">The buildpack.</param>
/// <param name="Plan">What it provides and requires this time.</param>
/// <param name="MayBeLeftOut">Whether the trial goes on without it when its part of the plan does not work out.</param>
internal sealed record TrialMember(Candidate Candidate, PlanAlternative Plan, bool MayBeLeftOut);
