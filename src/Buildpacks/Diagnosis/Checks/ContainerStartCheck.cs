namespace Buildpacks.Diagnosis.Checks;

/// <summary>A container starts, prints something, and ends.</summary>
internal sealed class ContainerStartCheck : IEngineCheck
{
    /// <inheritdoc/>
    public string Name => CheckNames.ContainerStart;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [CheckNames.ImageLoad];

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        try
        {
            await patient.RunFirstAsync(cancellationToken).ConfigureAwait(false);
            return Finding.Passed("A container was started, wrote output, and ended.");
        }
        catch (PackException failure) when (UlimitsCheck.IsCause(failure) || CgroupsCheck.IsCause(failure))
        {
            return Finding.Failed(failure.Message, $"See {(UlimitsCheck.IsCause(failure) ? CheckNames.Ulimits : CheckNames.Cgroups)}.");
        }
    }
}
