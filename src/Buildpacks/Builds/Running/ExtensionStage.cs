using System.Runtime.ExceptionServices;
using Buildpacks.Builds.Extending;
using Buildpacks.Builds.Phases;
using Buildpacks.Builds.Planning;
using Buildpacks.Engines;
using Buildpacks.IO;
using Buildpacks.Oci;
using Buildpacks.Stores;
using Buildpacks.Stores.Sparse;
using Microsoft.Extensions.Logging;

namespace Buildpacks.Builds.Running;

/// <summary>
/// What the platform does between detection and the later phases of a build with image extensions: it applies what extensions generated to build image
/// and run image, and plans the later phases with these images. The container of detection waits for that and goes on with the later phases, unless they
/// need another build image.
/// </summary>
/// <param name="run">The build.</param>
internal sealed class ExtensionStage(PhaseRun run)
{
    /// <summary>The exit code of a container that lacks the programs to give out files.</summary>
    public const int NoProgram = 127;

    private Exception? _failure;
    private string? _stopped;

    /// <summary>The number of phases before it.</summary>
    public int PhasesBefore => run.Plan.Phases.Count;

    /// <summary>The files of the container that it reads.</summary>
    public static IReadOnlyList<string> Files => GeneratedFiles.Paths;

    /// <summary>The run of the later phases; <see langword="null"/> before the images are extended.</summary>
    public PhaseRun? Extended { get; private set; }

    /// <summary>The run of all phases in one container, where <see cref="TurnScript"/> calls <see cref="ExtendAsync"/>.</summary>
    public PhaseRun InOneContainer() => run with { Plan = run.Plan with { Phases = [.. run.Plan.Phases, .. run.Plan.AfterExtending!] }, Extensions = this };

    /// <summary>Extends the images while their container waits.</summary>
    /// <param name="layers">The files of the container, as a tar stream.</param>
    /// <param name="output">Takes the output of the container.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Writes what the container needs to go on; <see langword="null"/> when the later phases need another container.</returns>
    /// <exception cref="PackException">An image cannot be extended.</exception>
    public async Task<ArchiveWriter?> ExtendAsync(Stream layers, LifecycleOutput output, CancellationToken cancellationToken)
    {
        var files = await ReadAsync(layers, cancellationToken).ConfigureAwait(false);
        await using (files.ConfigureAwait(false))
        {
            var extended = run with { Plan = await PlanAsync(files, output, cancellationToken).ConfigureAwait(false) };
            Extended = extended;
            if (extended.Plan.Builder.Detail.Id != run.Plan.Builder.Detail.Id)
            {
                _stopped = "an image extension changed the build image";
                return null;
            }

            output.ShowNames(extended.Names);
            var form = new InputForm(PhaseInput.Layers) { IsUnpackedByUser = true, IsChange = true };
            return (destination, token) => extended.WriteInputAsync(destination, form, cacheOf: null, last: null, token);
        }
    }

    /// <summary>The phases of the container do not go on, and the build fails.</summary>
    /// <param name="failure">Why.</param>
    public void Stop(Exception failure) => _failure = failure;

    /// <summary>The phases of the container do not go on: it cannot give out files or take them.</summary>
    /// <param name="exitCode">The exit code of what packs files up, or unpacks them.</param>
    public void Stop(int exitCode)
    {
        if (exitCode == NoProgram)
        {
            _stopped = "the builder has no tar, or no head";
        }
        else
        {
            _failure = ExtensionErrors.Unreadable(run.ImageName, $"tar in the container ended with exit code {exitCode}");
        }
    }

    /// <summary>Ends a run whose container did not go on.</summary>
    /// <exception cref="PhasesStoppedException">The later phases need another container.</exception>
    public void ThrowIfStopped()
    {
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }

        if (_stopped is not null)
        {
            throw new PhasesStoppedException(_stopped);
        }
    }

    /// <summary>Detects in a container of its own, and extends the images when that is gone.</summary>
    /// <returns>The run of the later phases.</returns>
    /// <exception cref="PackException">Detection failed, or an image cannot be extended.</exception>
    public async Task<PhaseRun> RunAsync(CancellationToken cancellationToken)
    {
        var files = await DetectAsync(cancellationToken).ConfigureAwait(false);
        await using (files.ConfigureAwait(false))
        {
            var output = run.NewOutput();
            try
            {
                return run with { Plan = await PlanAsync(files, output, cancellationToken).ConfigureAwait(false) };
            }
            finally
            {
                output.Complete();
                run.Clock.ContainerEnds();
            }
        }
    }

    private async Task<BuildPlan> PlanAsync(GeneratedFiles files, LifecycleOutput output, CancellationToken cancellationToken)
    {
        var plan = run.Plan;
        ArchiveWriter writeApp = (destination, token) => BufferedTar.WriteAsync(destination, (tar, end) => run.App.WriteAsync(tar, ".", plan.Owner, progress: null, special: null, end), token);
        var analyzed = new AnalyzedRunImage(files.Detected.Analyzed);
        var runSteps = files.StepsFor(isForRun: true, writeApp);
        if (runSteps.LastOrDefault(step => step.Dockerfile.NewBase is not null) is { Dockerfile.NewBase: { } newBase } chooser)
        {
            try
            {
                plan = await SwitchAsync(newBase, cancellationToken).ConfigureAwait(false);
            }
            catch (PackException failure)
            {
                throw ExtensionErrors.RunImage(chooser.Extension, newBase.Spelling, failure);
            }

            analyzed.Choose(plan.RunImage);
        }

        if (runSteps.Any(step => step.Dockerfile.Extends))
        {
            var runImage = await InEngineAsync(plan, cancellationToken).ConfigureAwait(false);
            var extended = await ExtendAsync("EXTENDING (RUN)", runImage, [.. runSteps.Where(step => step.Dockerfile.Extends)]).ConfigureAwait(false);
            plan = plan with
            {
                RunImage = extended.Detail,
                RunImageTopLayer = runImage.Config.Rootfs.DiffIds is [.., var top] ? top : "",
                RunImageHistory = [.. plan.RunImageHistory ?? RunImageFacts.HistoryOf(runImage.Config), .. extended.AddedHistory],
            };
        }

        var builder = plan.Builder.Detail;
        if (files.StepsFor(isForRun: false, writeApp) is { Count: > 0 } buildSteps)
        {
            builder = (await ExtendAsync("EXTENDING (BUILD)", builder, buildSteps).ConfigureAwait(false)).Detail;
        }

        analyzed.Settle(plan.RunImageName, plan.RunImageLayoutName);
        return plan with
        {
            Builder = plan.Builder with { Detail = builder },
            Phases = [.. plan.AfterExtending!.Select(phase => phase with { Image = builder.Id })],
            AfterExtending = null,
            Detected = files.Detected with { Analyzed = analyzed.Text },
        };

        Task<ExtendedImage> ExtendAsync(string heading, ImageDetail image, IReadOnlyList<ExtensionStep> steps)
        {
            output.WriteHeading(heading, plan.AfterExtending![0].ShowsHeading);
            return new ImageExtender(Site(output)).ExtendAsync(image, steps, cancellationToken);
        }
    }

    private ExtensionSite Site(LifecycleOutput output) => new()
    {
        Engine = run.Engine,
        Image = run.ImageName,
        HintKey = $"{run.EngineKey}\n{run.Plan.Image}",
        Made = run.Places.Extended,
        Network = run.Plan.AfterExtending![0].Network,
        Output = output,
        LastLines = () =>
        {
            output.Complete();
            return output.LastLines;
        },
        Logger = run.Logger,
    };

    /// <summary>The plan with the run image that an extension chose: the engine's, or for an image that is published the registry's.</summary>
    private async Task<BuildPlan> SwitchAsync(ImageReference name, CancellationToken cancellationToken)
    {
        var plan = run.Plan;
        run.Logger.LogInformation("An image extension chose the run image {RunImage}.", name.Spelling);
        if (plan.Published is { } published)
        {
            var image = await run.Registry!.ResolveAsync(name, plan.Platform, cancellationToken).ConfigureAwait(false);
            return plan with
            {
                RunImageName = name,
                RunImage = new ImageDetail { Id = image.Id, Digest = image.Digest, Config = image.Config },
                RunImageReference = image.LabelReference,
                Published = published with { RunImage = image },
            };
        }

        var detail = await run.FindImage(name, cancellationToken).ConfigureAwait(false);
        return plan with
        {
            RunImageName = name,
            RunImage = detail,
            RunImageReference = detail.LabelReference,
            RunImageHistory = await RunImageFacts.HistoryAsync(run.Engine, detail, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>
    /// The run image in the engine, which extends it. For an image that is published it is the registry's, and is pulled by its digest unless the engine
    /// has it.
    /// </summary>
    private async Task<ImageDetail> InEngineAsync(BuildPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Published is not { RunImage: { } image })
        {
            return plan.RunImage;
        }

        var detail = await run.FindImage(image.Name.WithDigest(image.Digest), cancellationToken).ConfigureAwait(false);
        return detail with { Config = image.Config };
    }

    private async Task<GeneratedFiles> DetectAsync(CancellationToken cancellationToken)
    {
        var output = run.NewOutput();
        try
        {
            return await run.InContainerAsync(shared: null, async container =>
            {
                await new StepwisePhases(run).RunAsync(new PhaseContainer(PhaseTurn.Line(run.Plan.Phases, isLast: false, output, run.Clock), output).In(container), output, cancellationToken).ConfigureAwait(false);
                var layers = await run.Engine.Containers.CopyFromAsync(container.Name, ContainerPaths.Layers, cancellationToken).ConfigureAwait(false);
                await using (layers.ConfigureAwait(false))
                {
                    return await ReadAsync(layers, cancellationToken).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
        }
        catch (ShellMissingException failure)
        {
            throw ExtensionErrors.WithoutShell(run.Plan.Builder.Name, failure);
        }
        finally
        {
            output.Complete();
            run.Clock.ContainerEnds();
        }
    }

    private async Task<GeneratedFiles> ReadAsync(Stream layers, CancellationToken cancellationToken)
    {
        try
        {
            return await GeneratedFiles.ReadAsync(layers, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException)
        {
            throw ExtensionErrors.Unreadable(run.ImageName, failure.Message.TrimEnd('.'), failure);
        }
    }
}

/// <summary>The phases of a container did not go on, and go on in another one.</summary>
internal sealed class PhasesStoppedException(string message) : Exception(message);
