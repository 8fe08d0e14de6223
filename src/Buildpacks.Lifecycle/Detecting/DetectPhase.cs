using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;
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
    public Task RunAsync(Arguments arguments, PhaseContext context, CancellationToken cancellationToken)
    {
        CommandLineRules.TakesNoArguments(arguments);
        Privileges.RefuseRoot(Verb);
        return new Detector(DetectInputs.From(arguments), context).DetectAsync(cancellationToken);
    }
}
