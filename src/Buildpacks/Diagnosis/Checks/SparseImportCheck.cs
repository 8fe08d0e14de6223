using Buildpacks.Diagnosis.Probe;

namespace Buildpacks.Diagnosis.Checks;

/// <summary>
/// The engine takes an image without the layers that it holds already: that is how an app's image gets into the store without its
/// run image being copied.
/// </summary>
internal sealed class SparseImportCheck : IEngineCheck
{
    /// <inheritdoc/>
    public string Name => CheckNames.SparseImport;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [CheckNames.ContainerStart];

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        var (image, sparse) = await patient.LoadSparseImageAsync(cancellationToken).ConfigureAwait(false);
        var output = await patient.RunAsync(new ProbeContainer { Image = image, Paths = [ProbeImages.Note] }, cancellationToken).ConfigureAwait(false);
        return (output.Text == ProbeImages.NoteText, sparse) switch
        {
            (false, _) => Finding.Failed("An image was loaded without a layer that the engine already has, but its files are missing in a container.", "Report this, with the output of -Verbose."),
            (true, true) => Finding.Passed("An image was loaded without a layer that the engine already has, and a container of it ran."),
            (true, false) => Finding.Warning(
                "The engine accepted the image only with all its layers: each build will copy its run image.",
                "Builds work; they may be faster with a newer version of the engine."),
        };
    }
}
