namespace Buildpacks.Builds.Output;

/// <summary>Passes everything on, and keeps the warnings for the result of the build.</summary>
/// <param name="next">Gets everything.</param>
internal sealed class WarningCollector(IPackSink next) : IPackSink
{
    private readonly List<string> _warnings = [];

    /// <summary>The warnings so far.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warnings)
            {
                return [.. _warnings];
            }
        }
    }

    /// <inheritdoc/>
    public void Log(PackLogLevel level, string category, string message)
    {
        if (level == PackLogLevel.Warning)
        {
            lock (_warnings)
            {
                _warnings.Add(message);
            }
        }

        next.Log(level, category, message);
    }

    /// <inheritdoc/>
    public void Progress(PackProgress progress) => next.Progress(progress);

    /// <inheritdoc/>
    public void Output(PackOutputLine line) => next.Output(line);
}
