namespace Buildpacks.Commands.Streams;

/// <summary>Drops every message.</summary>
internal sealed class SilentSink : IPackSink
{
    public static SilentSink Instance { get; } = new();

    /// <inheritdoc/>
    public void Log(PackLogLevel level, string category, string message)
    {
        // Nobody reads it.
    }

    /// <inheritdoc/>
    public void Progress(PackProgress progress)
    {
        // Nobody reads it.
    }

    /// <inheritdoc/>
    public void Output(PackOutputLine line)
    {
        // Nobody reads it.
    }
}
