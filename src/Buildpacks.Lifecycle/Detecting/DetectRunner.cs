using System.Collections.Concurrent;
using System.ComponentModel;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Lifecycle.Variables;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>Runs bin/detect, once for each buildpack however many groups name it, and all of a group at the same time.</summary>
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
        Task.WhenAll(group.Select(candidate => runs.GetOrAdd(candidate.ToString(), _ => RunAsync(candidate, cancellationToken))));

    private async Task<DetectRun> RunAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        var buildpack = candidate.Descriptor;
        var api = SupportedApis.NegotiateBuildpack(buildpack.Api, candidate.ToString());
        var folder = Directory.CreateDirectory(Path.Combine(scratch, Path.GetRandomFileName())).FullName;
        var plan = Path.Combine(folder, "plan.toml");
        var output = Path.Combine(folder, "output");
        await File.WriteAllBytesAsync(plan, [], cancellationToken);
        var program = new ChildProgram(
            Path.Combine(buildpack.Directory, "bin", "detect"),
            [inputs.PlatformDirectory, plan],
            Variables(candidate, api, plan),
            inputs.AppDirectory)
        {
            OutputFile = output,
        };
        try
        {
            var exitCode = await ChildProcess.RunAsync(program, cancellationToken);
            return new DetectRun(exitCode, exitCode == 0 ? PlanAlternative.ReadAll(plan) : [], output, null);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidDataException)
        {
            return DetectRun.Error(exception.Message, File.Exists(output) ? output : null);
        }
    }

    private Dictionary<string, string> Variables(Candidate candidate, ApiVersion api, string plan)
    {
        var result = variables.For(candidate.Descriptor.ClearEnvironment ? null : inputs.PlatformDirectory, inputs.BuildConfigDirectory);
        result["CNB_BUILDPACK_DIR"] = candidate.Descriptor.Directory;
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
