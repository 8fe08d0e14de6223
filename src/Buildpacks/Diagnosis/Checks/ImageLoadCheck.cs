using Buildpacks.Diagnosis.Probe;

namespace Buildpacks.Diagnosis.Checks;

/// <summary>The engine takes an image into its store.</summary>
internal sealed class ImageLoadCheck : IEngineCheck
{
    /// <inheritdoc/>
    public string Name => CheckNames.ImageLoad;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [CheckNames.EngineAnswers, CheckNames.Storage];

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        var engine = patient.Description!;
        if (engine.Os != "linux" || ProbeProgram.For(engine.Architecture) is null)
        {
            // Nothing says that it would not work; but what would run in a container cannot be made.
            return Finding.Skipped($"The check has no test program for {engine.Os}/{engine.Architecture} containers; it supports linux/amd64 and linux/arm64.") with { Blocks = true };
        }

        await patient.LoadImageAsync(cancellationToken).ConfigureAwait(false);
        return Finding.Passed("The test image was loaded.");
    }
}
