namespace Buildpacks.Testing;

/// <summary>Hears everything and says nothing.</summary>
public sealed class SilentSink : IPackSink
{
    /// <inheritdoc/>
    public void Log(PackLogLevel level, string category, string message)
    {
    }

    /// <inheritdoc/>
    public void Progress(PackProgress progress)
    {
    }

    /// <inheritdoc/>
    public void Output(PackOutputLine line)
    {
    }
}
