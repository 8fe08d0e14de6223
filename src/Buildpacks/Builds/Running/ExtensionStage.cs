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
/// The first half of a build with image extensions: detects in a container, applies what extensions generated to build image and run image, and plans
/// the second half with these images.
/// </summary>
/// <param name="run">The build.</param>
/// <param name="canPipe">Whether the container can be run in one call of the engine.</param>
internal sealed class ExtensionStage(PhaseRun run, bool canPipe)
{
    /// <summary>Runs it.</summary>
    /// <returns>The run of the second half.</returns>
    /// <exception cref="PackException">Detection failed, or an image cannot be extended.</exception>
    public async Task<PhaseRun> RunAsync(CancellationToken cancellationToken)
    {
        var files = await DetectAsync(cancellationToken).ConfigureAwait(false);
        await using (files.ConfigureAwait(false))
        {
            return run with { Plan = await PlanAsync(files, cancellationToken).ConfigureAwait(false) };
        }
    }

    private async Task<BuildPlan> PlanAsync(GeneratedFiles files, CancellationToken cancellationToken)
    {
        var output = run.NewOutput();
        var plan = run.Plan;
        ArchiveWriter writeApp = (destination, token) => BufferedTar.WriteAsync(destination, (tar, end) => run.App.WriteAsync(tar, ".", plan.Owner, progress: null, special: null, end), token);
        try
        {
            var analyzed = new AnalyzedRunImage(files.Detected.Analyzed);
            var runSteps = files.StepsFor(isForRun: true, writeApp);
            if (runSteps.LastOrDefault(step => step.Dockerfile.NewBase is not null)?.Dockerfile.NewBase is { } newBase)
            {
                plan = await SwitchAsync(newBase, cancellationToken).ConfigureAwait(false);
                analyzed.Choose(plan.RunImageName, plan.RunImage);
            }

            if (runSteps.Any(step => step.Dockerfile.Extends))
            {
                var runImage = await InEngineAsync(plan, cancellationToken).ConfigureAwait(false);
                var extended = await ExtendAsync("EXTENDING (RUN)", runImage, [.. runSteps.Where(step => step.Dockerfile.Extends)]).ConfigureAwait(false);
                plan = plan with
                {
                    RunImage = extended.Detail,
                    RunImageTopLayer = runImage.Config.Rootfs.DiffIds is [.., var top] ? top : "",
                    RunImageHistory = [.. plan.RunImageHistory ?? [.. runImage.Config.Rootfs.DiffIds.Select(_ => new OciHistory())], .. extended.AddedHistory],
                };
            }

            var builder = plan.Builder.Detail;
            if (files.StepsFor(isForRun: false, writeApp) is { Count: > 0 } buildSteps)
            {
                builder = (await ExtendAsync("EXTENDING (BUILD)", builder, buildSteps).ConfigureAwait(false)).Detail;
            }

            analyzed.Settle(plan.RunImageLayoutName);
            return plan with
            {
                Builder = plan.Builder with { Detail = builder },
                Phases = [.. plan.AfterExtending!.Select(phase => phase with { Image = builder.Id })],
                AfterExtending = null,
                Detected = files.Detected with { Analyzed = analyzed.Text },
            };
        }
        finally
        {
            output.Complete();
            run.Clock.ContainerEnds();
        }

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
    private async Task<BuildPlan> SwitchAsync(string name, CancellationToken cancellationToken)
    {
        var plan = run.Plan;
        run.Logger.LogInformation("An image extension chose the run image {RunImage}.", name);
        if (plan.Published is { } published)
        {
            var image = await run.Registry!.ResolveAsync(ImageReference.Parse(name), plan.Platform, cancellationToken).ConfigureAwait(false);
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

        var detail = await run.FindImage($"{image.Name.Name}@{image.Digest}", cancellationToken).ConfigureAwait(false);
        return detail with { Config = image.Config };
    }

    private async Task<GeneratedFiles> DetectAsync(CancellationToken cancellationToken)
    {
        if (canPipe && run.Engine.Pipe is { } pipe)
        {
            var piped = new PipedPhases(run, pipe);
            if (await piped.TryAsync(() => DetectPipedAsync(piped, pipe, cancellationToken)).ConfigureAwait(false) is { } files)
            {
                return files;
            }
        }

        var output = run.NewOutput();
        try
        {
            return await run.InContainerAsync(shared: null, async container =>
            {
                await new StepwisePhases(run).RunAsync(Phases(output, isLast: false).In(container), output, cancellationToken).ConfigureAwait(false);
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

    private async Task<GeneratedFiles> DetectPipedAsync(PipedPhases piped, IContainerPipe pipe, CancellationToken cancellationToken)
    {
        var output = run.NewOutput();
        GeneratedFiles? files = null;
        run.Clock.ContainerStarts();
        try
        {
            await run.InContainerAsync(shared: null, async container =>
            {
                var phases = Phases(output, isLast: true).In(container);
                run.Check(
                    await container.RunAsync(
                        phases.Phase,
                        (spec, begun, end) => pipe.RunAsync(
                            piped.Piped(phases, spec, begun) with
                            {
                                OutputPath = ContainerPaths.Layers,
                                ReadOutput = async (layers, token) => files = await ReadAsync(layers, token).ConfigureAwait(false),
                            },
                            (IContainerOutput?)phases.Script ?? output, end),
                        cancellationToken).ConfigureAwait(false),
                    output);
                return true;
            }).ConfigureAwait(false);
            return files ?? throw ExtensionErrors.Unreadable(run.ImageName, "the container gave no files");
        }
        catch when (files is not null)
        {
            await files.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            output.Complete();
            run.Clock.ContainerEnds();
        }
    }

    private PhaseContainer Phases(LifecycleOutput output, bool isLast) => new(PhaseTurn.Line(run.Plan.Phases, isLast, output, run.Clock), output);

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
