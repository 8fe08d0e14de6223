namespace Buildpacks.Reporting;

/// <summary>Passes messages and progress on without the secrets. Output is hidden where its lines are made.</summary>
/// <param name="next">Gets everything.</param>
/// <param name="mask">Hides the secrets.</param>
internal sealed class SecretSink(IPackSink next, SecretMask mask) : IPackSink
{
    /// <inheritdoc/>
    public void Log(PackLogLevel level, string category, string message) => next.Log(level, category, mask.Hide(message));

    /// <inheritdoc/>
    public void Progress(PackProgress progress) => next.Progress(progress with { Status = mask.Hide(progress.Status) });

    /// <inheritdoc/>
    public void Output(PackOutputLine line) => next.Output(line);
}
