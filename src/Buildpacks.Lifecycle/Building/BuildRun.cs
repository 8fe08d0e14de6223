using System.ComponentModel;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Logging;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Lifecycle.Variables;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Building;

/// <summary>Runs bin/build of one buildpack after the other; each sees what the earlier ones offer.</summary>
internal sealed class BuildRun(BuildInputs inputs, TargetMetadata target, BuildVariables variables, ILifecycleLog log)
{
    /// <summary>Runs one buildpack and reads what it left.</summary>
    /// <param name="element">The buildpack in the group.</param>
    /// <param name="buildpack">Its descriptor.</param>
    /// <param name="api">The API it speaks.</param>
    /// <param name="plan">What is asked of it.</param>
    /// <param name="cancellationToken">Terminates the buildpack.</param>
    /// <exception cref="LifecycleException">bin/build failed or cannot be started: exit code 51.</exception>
    /// <exception cref="InvalidDataException">What it left breaks a rule.</exception>
    public async Task<Contribution> RunAsync(
        GroupElement element, BuildpackDescriptor buildpack, ApiVersion api, IReadOnlyList<PlanRequirement> plan, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(inputs.LayersDirectory, element.EscapedId)).FullName;
        var scratch = Directory.CreateTempSubdirectory("build-");
        try
        {
            var planPath = Path.Combine(scratch.FullName, "plan.toml");
            TomlFile.Write(planPath, new TomlTable().With("entries", plan.Select(requirement => requirement.ToToml()).ToToml()));
            await ExecuteAsync(element, buildpack, api, folder, planPath, cancellationToken);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }

        var layers = BuiltLayer.ReadAll(folder);
        foreach (var layer in layers.Where(layer => layer.Types.IsIgnored))
        {
            layer.SetAside();
        }

        variables.AddLayers([.. layers.Where(layer => layer.Types.Build).Select(layer => layer.Directory)]);
        return new Contribution
        {
            Build = BuildToml.Read(Path.Combine(folder, "build.toml"), element, plan, log),
            Sboms = SbomFile.ReadAll(folder, layers, buildpack),
            Launch = LaunchToml.ReadIfExists(Path.Combine(folder, "launch.toml"), element, api, log),
        };
    }

    private async Task ExecuteAsync(
        GroupElement element, BuildpackDescriptor buildpack, ApiVersion api, string folder, string plan, CancellationToken cancellationToken)
    {
        var program = new ChildProgram(
            Path.Combine(buildpack.Directory, "bin", "build"),
            [folder, inputs.PlatformDirectory, plan],
            Variables(buildpack, api, folder, plan),
            inputs.AppDirectory)
        {
            ErrorsToOutput = true,
        };
        int exitCode;
        try
        {
            exitCode = await ChildProcess.RunAsync(program, cancellationToken);
        }
        catch (Win32Exception exception)
        {
            throw new LifecycleException(ExitCodes.BuildpackFailed, $"failed to build: {exception.Message}", exception);
        }

        if (exitCode != 0)
        {
            throw new LifecycleException(ExitCodes.BuildpackFailed, $"failed to build: exit status {exitCode}");
        }
    }

    private Dictionary<string, string> Variables(BuildpackDescriptor buildpack, ApiVersion api, string folder, string plan)
    {
        var result = variables.For(buildpack.ClearEnvironment ? null : inputs.PlatformDirectory, inputs.BuildConfigDirectory);
        result["CNB_BUILDPACK_DIR"] = buildpack.Directory;
        if (api.AtLeast(0, 8))
        {
            result["CNB_PLATFORM_DIR"] = inputs.PlatformDirectory;
            result["CNB_BP_PLAN_PATH"] = plan;
            result["CNB_LAYERS_DIR"] = folder;
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
