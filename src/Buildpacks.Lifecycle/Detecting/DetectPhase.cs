using Buildpacks.Lifecycle.Analyzing;
using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Generating;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>The detector as a command.</summary>
internal sealed class DetectPhase : IPhase
{
    /// <inheritdoc/>
    public string Name => "detector";

    /// <inheritdoc/>
    public string Verb => "detect";

    /// <inheritdoc/>
    public int FailureCode => ExitCodes.DetectFailed;

    /// <inheritdoc/>
    public IReadOnlyList<Option> Options => DetectInputs.Options;

    /// <inheritdoc/>
    public async Task RunAsync(Arguments arguments, PhaseContext context, CancellationToken cancellationToken)
    {
        CommandLineRules.TakesNoArguments(arguments);
        Privileges.RefuseRoot(Verb);
        var inputs = DetectInputs.From(arguments);
        var detected = await new Detector(inputs, context).DetectAsync(cancellationToken);
        if (detected.Group.Extensions.Count > 0)
        {
            await new Generator(inputs, RunImages.Of(inputs.RunPath, context.Names), context).GenerateAsync(detected, cancellationToken);
        }
    }
}
