using System.Text.Json.Nodes;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Labels;
using Buildpacks.Lifecycle.Phases;
using Buildpacks.Lifecycle.Variables;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>Finds the group of buildpacks that can build the app.</summary>
internal sealed class Detector(DetectInputs inputs, PhaseContext context)
{
    private readonly DetectLog details = new();
    private readonly TargetMetadata target = TargetVariables.Resolve(AnalyzedMetadata.ReadIfExists(inputs.AnalyzedPath), context.Log);

    /// <summary>Tries the order's groups until one passes; writes group.toml and plan.toml.</summary>
    /// <exception cref="LifecycleException">No group passes (20), none passes and a buildpack errored (21), an API is not supported (12).</exception>
    /// <exception cref="InvalidDataException">A file is malformed, a buildpack is missing.</exception>
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
        var store = new BuildpackStore(inputs.BuildpacksDirectory, inputs.ExtensionsDirectory);
        var order = ReadOrder(store);

        var runner = new DetectRunner(inputs, target, context.Environment, scratch);
        var errored = false;
        foreach (var group in new OrderResolver(store, IsMeant).Resolve(order))
        {
            var eligible = group.Where(IsEligible).ToList();
            var suitable = eligible.Where(IsTried).ToList();
            var runs = new Queue<DetectRun>(await runner.RunAsync(suitable, cancellationToken));
            var trial = new GroupTrial(eligible, [.. eligible.Select(candidate => IsTried(candidate) ? runs.Dequeue() : Unsuitable(candidate))], details);
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

    // A failure before the first group is tried is the creator's, not the detector's, as with the reference lifecycle.
    private Order ReadOrder(BuildpackStore store)
    {
        try
        {
            var order = Order.Read(inputs.OrderPath, inputs.SystemPath, context.PlatformApi);
            foreach (var element in order.Elements)
            {
                SupportedApis.NegotiateBuildpack(store.Find(element).Api, element.ToString(), element.Kind);
            }

            if (order.Extensions.Count > 0 && context.PlatformApi.Before(0, 13))
            {
                ExperimentalFeatures.Allow(ExperimentalFeatures.Dockerfiles, context);
            }

            return order;
        }
        catch (Exception e) when (LifecycleException.IsExpected(e))
        {
            throw new LifecycleException(ExitCodes.Failed, $"failed to initialize detector: {e.Message}", e);
        }
    }

    private DetectRun Unsuitable(Candidate candidate) => DetectRun.Error(
        $"unable to satisfy target os/arch constraints; run image: {JsonText.Of(target.ToJson())}, "
        + $"buildpack: {JsonText.Of(new JsonArray([.. candidate.Descriptor.Targets.Select(supported => supported.ToJson())]))}");

    // An optional buildpack runs whatever its targets are: the reference lifecycle does not check them.
    private bool IsTried(Candidate candidate) =>
        context.PlatformApi.Before(0, 12)
        || candidate.Optional
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
