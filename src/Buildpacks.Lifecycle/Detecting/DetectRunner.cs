using System.Collections.Concurrent;
using System.ComponentModel;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Lifecycle.Variables;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>
/// Runs bin/detect, once for each buildpack and image extension however many groups name it, and all of a group at the same time. An extension
/// without bin/detect passes with the plan in its folder <c>detect</c>.
/// </summary>
/// <param name="inputs">Folders and the execution environment.</param>
/// <param name="target">What the app image will run on.</param>
/// <param name="environment">The lifecycle's variables.</param>
/// <param name="scratch">A folder for plans and outputs; the caller deletes it.</param>
internal sealed class DetectRunner(
    DetectInputs inputs, TargetMetadata target, IReadOnlyDictionary<string, string> environment, string scratch)
{
    private readonly ConcurrentDictionary<string, Task<DetectRun>> runs = new(StringComparer.Ordinal);
    private readonly BuildVariables variables = new(environment);

    /// <summary>The outcome for every buildpack of the group, in its order.</summary>
    public Task<DetectRun[]> RunAsync(IReadOnlyList<Candidate> group, CancellationToken cancellationToken) =>
        Task.WhenAll(group.Select(candidate => runs.GetOrAdd(candidate.Key, _ => RunAsync(candidate, cancellationToken))));

    private Task<DetectRun> RunAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        var module = candidate.Descriptor;
        var program = Path.Combine(module.Directory, "bin", ExtensionFiles.Detect);
        return module.IsExtension && !File.Exists(program) ? Task.FromResult(ReadPlan(candidate)) : RunAsync(candidate, program, cancellationToken);
    }

    private static DetectRun ReadPlan(Candidate candidate)
    {
        var plan = Path.Combine(candidate.Descriptor.Directory, ExtensionFiles.Detect, "plan.toml");
        try
        {
            return Passed(candidate, File.Exists(plan) ? PlanAlternative.ReadAll(plan) : [new PlanAlternative([], [])], output: null);
        }
        catch (InvalidDataException exception)
        {
            return DetectRun.Error(exception.Message);
        }
    }

    private async Task<DetectRun> RunAsync(Candidate candidate, string path, CancellationToken cancellationToken)
    {
        var api = SupportedApis.NegotiateBuildpack(candidate.Descriptor.Api, candidate.ToString());
        var folder = Directory.CreateDirectory(Path.Combine(scratch, Path.GetRandomFileName())).FullName;
        var plan = Path.Combine(folder, "plan.toml");
        var output = Path.Combine(folder, "output");
        await File.WriteAllBytesAsync(plan, [], cancellationToken);
        var program = new ChildProgram(path, [inputs.PlatformDirectory, plan], Variables(candidate, api, plan), inputs.AppDirectory) { OutputFile = output };
        try
        {
            var exitCode = await ChildProcess.RunAsync(program, cancellationToken);
            return exitCode == 0 ? Passed(candidate, PlanAlternative.ReadAll(plan), output) : new DetectRun(exitCode, [], output, null);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidDataException)
        {
            return DetectRun.Error(exception.Message, File.Exists(output) ? output : null);
        }
    }

    /// <summary>Image extensions may provide, and may not require.</summary>
    private static DetectRun Passed(Candidate candidate, IReadOnlyList<PlanAlternative> plan, string? output) =>
        candidate.Descriptor.IsExtension && plan.Any(alternative => alternative.Requires.Count > 0)
            ? DetectRun.Error($"extension {candidate.Id} outputs \"requires\" which is not allowed", output)
            : new DetectRun(0, plan, output, null);

    private Dictionary<string, string> Variables(Candidate candidate, ApiVersion api, string plan)
    {
        var result = variables.For(candidate.Descriptor.ClearEnvironment ? null : inputs.PlatformDirectory, inputs.BuildConfigDirectory);
        result[candidate.Descriptor.IsExtension ? "CNB_EXTENSION_DIR" : "CNB_BUILDPACK_DIR"] = candidate.Descriptor.Directory;
        if (api.AtLeast(0, 8))
        {
            result["CNB_PLATFORM_DIR"] = inputs.PlatformDirectory;
            result["CNB_BUILD_PLAN_PATH"] = plan;
        }

        if (api.AtLeast(0, 10))
        {
            TargetVariables.Set(result, target);
        }

        if (api.AtLeast(0, 12))
        {
            result[ExecutionEnvironments.Variable] = inputs.ExecutionEnvironment;
        }

        return result;
    }
}

/// <summary>The group that passed, and its plan.</summary>
internal sealed record DetectResult(BuildpackGroup Group, BuildPlan Plan);
