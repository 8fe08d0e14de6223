namespace Buildpacks.Lifecycle.Logging;

/// <summary>Where phases write their lines. Platforms parse some of them, so the texts are part of the interface.</summary>
internal interface ILifecycleLog
{
    /// <summary>The lowest level that is written.</summary>
    LogLevel Level { get; }

    /// <summary>Writes a line that helps to find a fault.</summary>
    void Debug(string message);

    /// <summary>Writes a line for the user.</summary>
    void Info(string message);

    /// <summary>Writes a line that begins with <c>Warning: </c>.</summary>
    void Warn(string message);

    /// <summary>Writes a line that begins with <c>ERROR: </c>.</summary>
    void Error(string message);

    /// <summary>Writes the header of a phase, <c>===> DETECTING</c>.</summary>
    /// <param name="name">The phase in capitals, such as <c>DETECTING</c>.</param>
    void Phase(string name);

    /// <summary>Copies what a buildpack said, byte for byte, when the level is written.</summary>
    void Copy(Stream source, LogLevel level);
}
