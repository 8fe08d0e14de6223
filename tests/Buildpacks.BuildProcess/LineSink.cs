namespace Buildpacks.BuildProcess;

/// <summary>Prints what a build says, a line each: the lifecycle's output as it is, warnings with a word before them.</summary>
internal sealed class LineSink : IPackSink
{
    /// <inheritdoc/>
    public void Log(PackLogLevel level, string category, string message)
    {
        if (level >= PackLogLevel.Warning)
        {
            Console.WriteLine($"warning: {message}");
        }
    }

    /// <inheritdoc/>
    public void Progress(PackProgress progress)
    {
    }

    /// <inheritdoc/>
    public void Output(PackOutputLine line) => Console.WriteLine(line.Text);
}
