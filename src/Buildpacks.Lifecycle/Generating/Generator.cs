using System.ComponentModel;
using Buildpacks.Lifecycle.Analyzing;
using Buildpacks.Lifecycle.Apis;
using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Detecting;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Files;
using Buildpacks.Lifecycle.Files.Toml;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Lifecycle.Phases;
using Buildpacks.Lifecycle.Variables;
using Tomlyn.Model;

namespace Buildpacks.Lifecycle.Generating;

/// <summary>Runs bin/generate of the image extensions of a group, one after the other. It is a part of the detector.</summary>
/// <param name="inputs">What the detector works on.</param>
/// <param name="runImages">The builder's run images.</param>
/// <param name="context">What is around the phase.</param>
internal sealed class Generator(DetectInputs inputs, RunImages runImages, PhaseContext context)
{
    /// <summary>Generates; writes the Dockerfiles, and writes analyzed.toml and plan.toml anew.</summary>
    /// <param name="detected">The group and its plan.</param>
    /// <param name="cancellationToken">Ends the generation.</param>
    /// <exception cref="LifecycleException">An extension failed (91), or something it wrote breaks a rule (92).</exception>
    public async Task GenerateAsync(DetectResult detected, CancellationToken cancellationToken)
    {
        var scratch = Directory.CreateTempSubdirectory("generate-");
        try
        {
            await GenerateAsync(detected, scratch.FullName, cancellationToken);
        }
        catch (Exception e) when (LifecycleException.IsExpected(e))
        {
            throw new LifecycleException(ExitCodes.GenerateFailed, $"failed to build: {e.Message}", e);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private async Task GenerateAsync(DetectResult detected, string scratch, CancellationToken cancellationToken)
    {
        var analyzed = AnalyzedMetadata.ReadIfExists(inputs.AnalyzedPath) ?? new AnalyzedMetadata();
        var target = TargetVariables.Resolve(analyzed, context.Log);
        var variables = new BuildVariables(context.Environment);
        var store = new BuildpackStore(inputs.BuildpacksDirectory, inputs.ExtensionsDirectory);
        var plan = new OpenPlan(detected.Plan);
        var isKept = context.PlatformApi.AtLeast(0, 13);
        var dockerfiles = new List<GeneratedDockerfile>();
        foreach (var element in detected.Group.Extensions)
        {
            context.Log.Debug($"Running generate for extension {element}");
            var extension = store.Find(element);
            var folder = Directory.CreateDirectory(Path.Combine(isKept ? inputs.GeneratedDirectory : scratch, element.EscapedId)).FullName;
            var asked = plan.For(element.Id, isExtension: true);
            if (File.Exists(ProgramOf(extension)))
            {
                await RunAsync(element, extension, folder, asked, Path.Combine(scratch, "plan.toml"));
            }
            else if (Path.Combine(extension.Directory, ExtensionFiles.Generate) is var prepared && Directory.Exists(prepared))
            {
                FolderCopy.Copy(prepared, folder);
            }

            dockerfiles.AddRange(ExtensionOutput.Read(extension, folder, context.Log));
            plan.Meet(asked.Select(requirement => requirement.Name).ToHashSet(StringComparer.Ordinal));
        }

        var (newBase, extends, ignored) = ChooseRunImage(dockerfiles);
        (WithRunImage(analyzed, newBase, extends)).Write(inputs.AnalyzedPath);
        plan.ToPlan().Write(inputs.PlanPath);
        foreach (var dockerfile in dockerfiles)
        {
            Place(dockerfile, isKept, ignored.Contains(dockerfile));
        }

        async Task RunAsync(GroupElement element, BuildpackDescriptor extension, string folder, IReadOnlyList<PlanRequirement> asked, string planPath)
        {
            TomlFile.Write(planPath, new TomlTable().With("entries", asked.Select(requirement => requirement.ToToml()).ToToml()));
            var environment = variables.For(extension.ClearEnvironment ? null : inputs.PlatformDirectory, inputs.BuildConfigDirectory);
            environment["CNB_BP_PLAN_PATH"] = planPath;
            environment["CNB_EXTENSION_DIR"] = extension.Directory;
            environment["CNB_OUTPUT_DIR"] = folder;
            environment["CNB_PLATFORM_DIR"] = inputs.PlatformDirectory;
            if (SupportedApis.NegotiateBuildpack(element).AtLeast(0, 10))
            {
                TargetVariables.Set(environment, target);
            }

            await ExecuteAsync(
                new ChildProgram(ProgramOf(extension), [folder, inputs.PlatformDirectory, planPath], environment, inputs.AppDirectory) { ErrorsToOutput = true },
                cancellationToken);
        }
    }

    private static string ProgramOf(BuildpackDescriptor extension) => Path.Combine(extension.Directory, "bin", ExtensionFiles.Generate);

    private static async Task ExecuteAsync(ChildProgram program, CancellationToken cancellationToken)
    {
        int exitCode;
        try
        {
            exitCode = await ChildProcess.RunAsync(program, cancellationToken);
        }
        catch (Win32Exception exception)
        {
            throw new LifecycleException(ExitCodes.ExtensionFailed, $"failed to build: {exception.Message}", exception);
        }

        if (exitCode != 0)
        {
            throw new LifecycleException(ExitCodes.ExtensionFailed, $"failed to build: exit status {exitCode}");
        }
    }

    /// <summary>The last Dockerfile that chooses a run image decides; those for the run image before it have no effect.</summary>
    private (string? NewBase, bool Extends, HashSet<GeneratedDockerfile> Ignored) ChooseRunImage(IReadOnlyList<GeneratedDockerfile> dockerfiles)
    {
        string? newBase = null;
        var extends = false;
        var ignored = new HashSet<GeneratedDockerfile>();
        foreach (var dockerfile in dockerfiles.Where(dockerfile => dockerfile.IsForRun).Reverse())
        {
            if (newBase is not null)
            {
                ignored.Add(dockerfile);
                continue;
            }

            extends |= dockerfile.Extends;
            newBase = dockerfile.NewBase;
            if (newBase is not null)
            {
                context.Log.Debug($"Found a run.Dockerfile from extension '{dockerfile.ExtensionId}' setting run image to '{newBase}' ");
            }
        }

        return (newBase, extends, ignored);
    }

    private AnalyzedMetadata WithRunImage(AnalyzedMetadata analyzed, string? newBase, bool extends)
    {
        if (newBase is not null && (context.PlatformApi.Before(0, 12) || newBase != analyzed.RunImage?.Image))
        {
            if (!runImages.Contains(newBase))
            {
                context.Log.Warn($"new runtime base image '{newBase}' not found in run metadata");
            }

            return analyzed with { RunImage = new AnalyzedRunImage(newBase) { Image = newBase, Extend = extends } };
        }

        return extends && analyzed.RunImage is { } run ? analyzed with { RunImage = run with { Extend = true } } : analyzed;
    }

    /// <summary>Takes a Dockerfile without effect out of the way; with platform APIs before 0.13, puts each where these have it.</summary>
    private void Place(GeneratedDockerfile dockerfile, bool isKept, bool isIgnored)
    {
        const string Ignored = ".ignore";
        if (isKept)
        {
            if (isIgnored)
            {
                File.Move(dockerfile.Path, dockerfile.Path + Ignored, overwrite: true);
            }

            return;
        }

        var from = Path.GetDirectoryName(dockerfile.Path)!;
        var folder = Directory.CreateDirectory(Path.Combine(inputs.GeneratedDirectory, dockerfile.IsForRun ? "run" : "build", Path.GetFileName(from))).FullName;
        File.Copy(dockerfile.Path, Path.Combine(folder, isIgnored ? "Dockerfile" + Ignored : "Dockerfile"), overwrite: true);
        if (Path.Combine(from, ExtensionFiles.Config) is var config && File.Exists(config))
        {
            File.Copy(config, Path.Combine(folder, ExtensionFiles.Config), overwrite: true);
        }
    }
}
