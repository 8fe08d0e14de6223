namespace Buildpacks;

/// <summary>
/// Receives the messages of the core; a front end implements it. It is called from any thread and must not block for long.
/// </summary>
public interface IPackSink
{
    /// <summary>A message of the core.</summary>
    /// <param name="level">The level.</param>
    /// <param name="category">The source of the message, such as <c>Buildpacks.Engines.Podman</c>.</param>
    /// <param name="message">The message, secrets masked.</param>
    void Log(PackLogLevel level, string category, string message);

    /// <summary>Reports the progress of an activity.</summary>
    /// <param name="progress">The state of one activity.</param>
    void Progress(PackProgress progress);

    /// <summary>Reports a line of output of the lifecycle or a buildpack.</summary>
    /// <param name="line">The line.</param>
    void Output(PackOutputLine line);
}
