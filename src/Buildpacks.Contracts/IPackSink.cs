namespace Buildpacks;

/// <summary>
/// Where the core's messages go: the one thing a front end implements. Calls come from any thread and must not block for long.
/// </summary>
public interface IPackSink
{
    /// <summary>A message of the core.</summary>
    /// <param name="level">Its weight.</param>
    /// <param name="category">Who speaks, such as <c>Buildpacks.Engines.Podman</c>.</param>
    /// <param name="message">The message, secrets masked.</param>
    void Log(PackLogLevel level, string category, string message);

    /// <summary>How far something is.</summary>
    /// <param name="progress">The state of one activity.</param>
    void Progress(PackProgress progress);

    /// <summary>A line that the lifecycle or a buildpack wrote.</summary>
    /// <param name="line">The line.</param>
    void Output(PackOutputLine line);
}
