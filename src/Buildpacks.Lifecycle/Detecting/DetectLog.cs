using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>
/// Keeps detection's lines back until its outcome is known: when it fails, the user sees the details that are otherwise for debugging.
/// Outputs of buildpacks stay in their files.
/// </summary>
internal sealed class DetectLog
{
    private readonly List<(LogLevel Level, string? Text, string? File)> entries = [];

    /// <summary>Keeps a line that helps to find a fault.</summary>
    public void Debug(string text) => Line(LogLevel.Debug, text);

    /// <summary>Keeps a line for the user.</summary>
    public void Info(string text) => Line(LogLevel.Info, text);

    /// <summary>Keeps a line.</summary>
    public void Line(LogLevel level, string text) => entries.Add((level, text, null));

    /// <summary>Keeps a reference to a file that holds a buildpack's output.</summary>
    public void Output(LogLevel level, string file) => entries.Add((level, null, file));

    /// <summary>Writes what was kept.</summary>
    /// <param name="log">Where to.</param>
    /// <param name="everything">Whether debugging lines are written as information.</param>
    public void Replay(ILifecycleLog log, bool everything)
    {
        foreach (var (level, text, file) in entries)
        {
            var shown = everything && level < LogLevel.Info ? LogLevel.Info : level;
            if (file is not null)
            {
                using var content = File.OpenRead(file);
                log.Copy(content, shown);
            }
            else if (shown == LogLevel.Debug)
            {
                log.Debug(text!);
            }
            else
            {
                log.Info(text!);
            }
        }
    }
}
