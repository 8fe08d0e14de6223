using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Lifecycle.Variables;

namespace Buildpacks.Lifecycle.Launching;

/// <summary>The app image's entry point: prepares the variables and becomes the process.</summary>
internal sealed class Launcher(ProcessStart start, ILifecycleLog log)
{
    private readonly string appDirectory = Path.GetFullPath(Variable(start, "CNB_APP_DIR", "/workspace"));
    private readonly string layersDirectory = Path.GetFullPath(Variable(start, "CNB_LAYERS_DIR", "/layers"));

    /// <summary>Becomes the process. It does not return unless it fails.</summary>
    /// <exception cref="LifecycleException">It cannot be started (82), or an API is not supported (11, 12).</exception>
    public async Task LaunchAsync(CancellationToken cancellationToken)
    {
        var platformApi = SupportedApis.NegotiatePlatform(start.Environment);
        try
        {
            var metadata = BuildMetadata.Read(BuildMetadata.PathIn(layersDirectory));
            foreach (var buildpack in metadata.Buildpacks)
            {
                SupportedApis.NegotiateBuildpack(buildpack.Api, buildpack.ToString());
            }

            var executionEnvironment = ExecutionEnvironments.Check(
                Variable(start, ExecutionEnvironments.Variable, ExecutionEnvironments.Default));
            var process = new ProcessSelector(metadata, platformApi, executionEnvironment).Select(start);
            await LaunchAsync(metadata, process, cancellationToken);
        }
        catch (Exception exception) when (LifecycleException.IsExpected(exception))
        {
            throw new LifecycleException(ExitCodes.LaunchFailed, $"failed to launch: {exception.Message}", exception);
        }
    }

    private static string Variable(ProcessStart start, string name, string value) =>
        start.Environment.TryGetValue(name, out var given) && given.Length > 0 ? given : value;

    private async Task LaunchAsync(BuildMetadata metadata, SelectedProcess process, CancellationToken cancellationToken)
    {
        var layers = LaunchLayers.Find(layersDirectory, metadata.Buildpacks);
        var variables = new LaunchVariables(start.Environment);
        variables.AddLayers(layers, process.Type);
        foreach (var program in layers.Files("exec.d", process.Type))
        {
            log.Debug($"Running {program}");
            await ExecD.RunAsync(program, variables, appDirectory, cancellationToken);
        }

        var command = process.Direct
            ? ProgramCommand.Direct(process, variables.Current, appDirectory)
            : ProgramCommand.ThroughShell(process, Profiles(layers, process.Type), start.Name, appDirectory);
        ProcessReplacement.Execute(command.Path, command.Arguments, variables.Current, command.WorkingDirectory);
    }

    private IReadOnlyList<string> Profiles(LaunchLayers layers, string? processType)
    {
        var own = Path.Combine(appDirectory, ".profile");
        var profiles = layers.Files("profile.d", processType);
        return File.Exists(own) ? [.. profiles, own] : profiles;
    }
}
