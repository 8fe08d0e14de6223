using Buildpacks.Engines;

namespace Buildpacks.Diagnosis.Checks;

/// <summary>The engine's runtime gets along with the kernel's control groups.</summary>
internal sealed class CgroupsCheck : IEngineCheck
{
    /// <inheritdoc/>
    public string Name => CheckNames.Cgroups;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [CheckNames.ImageLoad];

    /// <summary>Whether a container did not start because of control groups.</summary>
    public static bool IsCause(PackException failure) => failure.Message.Contains("cgroup", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        var engine = await patient.DetailAsync(cancellationToken).ConfigureAwait(false);
        return patient.FirstFailure switch
        {
            null => Finding.Passed(Describe(engine)),
            { } failure when IsCause(failure) => Finding.Failed(Describe(engine), EngineNextSteps.ForControlGroups(patient.Engine.Kind)),
            _ => Finding.Skipped("No container could be started, for another reason."),
        };
    }

    private static string Describe(EngineDescription engine) =>
        $"Control groups {engine.CgroupVersion}, managed by {engine.CgroupManager}; containers are run by {engine.Runtime}.";
}
