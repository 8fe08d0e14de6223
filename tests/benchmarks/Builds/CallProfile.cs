using Buildpacks.Benchmarks.Measuring;
using Buildpacks.Benchmarks.Reporting;
using Buildpacks.Engines;

namespace Buildpacks.Benchmarks.Builds;

/// <summary>What the time of a build is made of: its calls to the engine, and what is between them.</summary>
internal static class CallProfile
{
    /// <summary>Makes the profile of builds that are alike.</summary>
    /// <param name="title">What they are.</param>
    /// <param name="builds">The builds, at least one. The medians are shown; builds with another number of calls than most are left out.</param>
    public static Profile Of(string title, IEnumerable<BuildResult> builds)
    {
        var alike = builds.GroupBy(build => build.EngineCalls.Count).MaxBy(group => group.Count())!.ToList();
        var steps = Enumerable.Range(0, alike[0].EngineCalls.Count).Select(place =>
        {
            var calls = alike.Select(build => build.EngineCalls[place]).ToList();
            return new ProfileStep(
                calls[0].Operation,
                Median(alike.Select(build => (build.EngineCalls[place].Started - Begin(build)).TotalMilliseconds)),
                Median(calls.Select(call => call.Duration.TotalMilliseconds)),
                calls[^1].BytesSent + calls[^1].BytesReceived);
        });
        var rest = new ProfileStep("Outside of all calls", null, Median(alike.Select(build => (build.Duration - InCalls(build)).TotalMilliseconds)), null);
        var whole = new ProfileStep("The whole build", null, Median(alike.Select(build => build.Duration.TotalMilliseconds)), alike[^1].BytesSent + alike[^1].BytesReceived);
        return new Profile(title, [.. steps.SelectMany(step => step.Name is EngineOperation.ContainerAttach or EngineOperation.ContainerRun ? Phases(alike).Prepend(step) : [step]), rest, whole]);
    }

    /// <summary>What the lifecycle does while its container runs, from the container's start to its end.</summary>
    private static IEnumerable<ProfileStep> Phases(List<BuildResult> alike)
    {
        var phases = alike[0].Phases.Select(phase => phase.Name).SkipWhile(name => name != "start").TakeWhile(name => name is not ("import" or "cleanup"));
        return phases.Select(name => new ProfileStep(
            "… " + name, null, Median(alike.Select(build => build.Phases.Single(phase => phase.Name == name).Duration.TotalMilliseconds)), null));
    }

    /// <summary>The time in which at least one call was under way.</summary>
    private static TimeSpan InCalls(BuildResult build)
    {
        var (time, covered) = (TimeSpan.Zero, Begin(build));
        foreach (var call in build.EngineCalls)
        {
            var (from, to) = (call.Started > covered ? call.Started : covered, call.Started + call.Duration);
            if (to > from)
            {
                time += to - from;
                covered = to;
            }
        }

        return time;
    }

    private static DateTimeOffset Begin(BuildResult build) => build.EngineCalls[0].Started;

    private static double Median(IEnumerable<double> values) => new Series(values).Median;
}
