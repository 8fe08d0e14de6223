using Buildpacks.Lifecycle.CommandLine;
using Buildpacks.Lifecycle.Errors;
using Buildpacks.Lifecycle.Os;
using Buildpacks.Lifecycle.Phases;

namespace Buildpacks.Lifecycle.Building;

/// <summary>The builder as a command.</summary>
internal sealed class BuildPhase : IPhase
{
    /// <inheritdoc/>
    public string Name => "builder";

    /// <inheritdoc/>
    public string Verb => "build";

    /// <inheritdoc/>
    public int FailureCode => ExitCodes.BuildFailed;

    /// <inheritdoc/>
    public IReadOnlyList<Option> Options => BuildInputs.Options;

    /// <inheritdoc/>
    public Task RunAsync(Arguments arguments, PhaseContext context, CancellationToken cancellationToken)
    {
        CommandLineRules.TakesNoArguments(arguments);
        Privileges.RefuseRoot(Verb);
        return new Builder(BuildInputs.From(arguments), context).BuildAsync(cancellationToken);
    }
}
