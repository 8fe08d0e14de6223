namespace Buildpacks.Diagnosis.Checks;

/// <summary>There is an engine: podman's executable, a socket, an address.</summary>
internal sealed class EngineFoundCheck : IEngineCheck
{
    /// <inheritdoc/>
    public string Name => CheckNames.EngineFound;

    /// <inheritdoc/>
    public IReadOnlyList<string> Needs => [];

    /// <inheritdoc/>
    public async Task<Finding> RunAsync(Patient patient, CancellationToken cancellationToken)
    {
        var engine = (await patient.FindAsync(cancellationToken).ConfigureAwait(false)).Description;
        return Finding.Passed($"{engine.Engine} at {engine.Endpoint}, from {engine.Source}.");
    }
}
