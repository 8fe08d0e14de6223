using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Phases;
using Buildpacks.Lifecycle.Variables;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>Finds the group of buildpacks that can build the app.</summary>
internal sealed class Detector(DetectInputs inputs, PhaseContext context)
{
    private readonly DetectLog details = new();
    private readonly TargetMetadata target = TargetVariables.Resolve(AnalyzedMetadata.ReadIfExists(inputs.AnalyzedPath));

    /// <summary>Tries the order's groups until one passes; writes group.toml and plan.toml.</summary>
    /// <exception cref="LifecycleException">No group passes (20), none passes and a buildpack errored (21), an API is not supported (12).</exception>
    /// <exception cref="InvalidDataException">A file is malformed, a buildpack is missing, image extensions are ordered.</exception>
    public async Task<DetectResult> DetectAsync(CancellationToken cancellationToken)
    {
        var scratch = Directory.CreateTempSubdirectory("detect-");
        try
        {
            var (result, errored) = await TryGroupsAsync(scratch.FullName, cancellationToken);
            details.Replay(context.Log, everything: result is null);
            if (result is null)
            {
                throw Failure(errored);
            }

            result.Group.Write(inputs.GroupPath);
            result.Plan.Write(inputs.PlanPath);
            return result;
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private async Task<(DetectResult? Result, bool Errored)> TryGroupsAsync(string scratch, CancellationToken cancellationToken)
    {
        var order = Order.Read(inputs.OrderPath, inputs.SystemPath, context.PlatformApi);
        var store = new BuildpackStore(inputs.BuildpacksDirectory);
        foreach (var element in order.SelectMany(group => group.Elements))
        {
            SupportedApis.NegotiateBuildpack(store.Find(element).Api, element.ToString());
        }

        var runner = new DetectRunner(inputs, target, context.Environment, scratch);
        var errored = false;
        foreach (var group in new OrderResolver(store, IsMeant).Resolve(order))
        {
            var eligible = group.Where(IsEligible).ToList();
            var unsuitable = eligible.Where(candidate => !candidate.Optional && !SuitsTarget(candidate)).ToList();
            var members = eligible.Where(SuitsTarget).ToList();
            var trial = new GroupTrial(members, await runner.RunAsync(members, cancellationToken), unsuitable, target, details);
            if (trial.Judge() is { } result)
            {
                return (result, errored);
            }

            errored |= trial.Errored;
        }

        return (null, errored);
    }

    private bool IsMeant(GroupElement element) =>
        context.PlatformApi.Before(0, 15)
        || element.ExecutionEnvironments.Count == 0
        || element.ExecutionEnvironments.Contains("*")
        || element.ExecutionEnvironments.Contains(inputs.ExecutionEnvironment);

    private bool IsEligible(Candidate candidate)
    {
        if (context.PlatformApi.Before(0, 15)
            || SupportedApis.NegotiateBuildpack(candidate.Descriptor.Api, candidate.ToString()).Before(0, 12)
            || candidate.Descriptor.Supports(inputs.ExecutionEnvironment))
        {
            return true;
        }

        details.Debug($"skip: {candidate} does not support the execution environment {inputs.ExecutionEnvironment}");
        return false;
    }

    private bool SuitsTarget(Candidate candidate) =>
        context.PlatformApi.Before(0, 12)
        || candidate.Descriptor.Targets.Count == 0
        || candidate.Descriptor.Targets.Any(supported => supported.Matches(target));

    private LifecycleException Failure(bool errored)
    {
        context.Log.Error("No buildpack groups passed detection.");
        if (errored)
        {
            return new LifecycleException(ExitCodes.NoGroupDetectedWithErrors, "failed to detect: buildpack(s) failed with err");
        }

        context.Log.Error("Please check that you are running against the correct path.");
        return new LifecycleException(ExitCodes.NoGroupDetected, "failed to detect: no buildpacks participating");
    }
}
