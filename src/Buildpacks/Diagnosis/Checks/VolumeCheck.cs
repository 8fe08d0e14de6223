using Buildpacks.Diagnosis.Probe;

namespace Buildpacks.Diagnosis.Checks;

/// <summary>A volume can be made, filled, read by a container, and removed: caches are volumes.</summary>
internal sealed class VolumeCheck : IEngineCheck
{
    private const string Text = "kept in a volume\n";

    /// <inheritdoc/>
    public string Name => CheckNames.Volume;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [CheckNames.ContainerStart];

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        var output = await patient.RunAsync(
            new ProbeContainer
            {
                Volume = $"buildpacks-check-{Guid.NewGuid():N}",
                VolumeFile = ("text", Text),
                Paths = [ProbeContainer.VolumePath + "/text"],
            },
            cancellationToken).ConfigureAwait(false);
        return output.Text == Text
            ? Finding.Passed("A volume was created, written, read by a container, and removed.")
            : Finding.Failed("A container could not read a file that was written to a volume.", "Check whether volumes use a driver other than local, and whether a security module denies access.");
    }
}
