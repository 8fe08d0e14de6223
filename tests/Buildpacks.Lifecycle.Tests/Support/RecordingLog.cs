using System.Text;
using Buildpacks.Lifecycle.Logging;

namespace Buildpacks.Lifecycle.Tests.Support;

/// <summary>Keeps the lines of its level and above; all, debug lines too, unless told otherwise.</summary>
internal sealed class RecordingLog(LogLevel level = LogLevel.Debug) : ILifecycleLog
{
    private readonly List<string> lines = [];

    public LogLevel Level => level;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (lines)
            {
                return [.. lines];
            }
        }
    }

    public string Text => string.Join('\n', Lines);

    public void Debug(string message) => Add(LogLevel.Debug, message);

    public void Info(string message) => Add(LogLevel.Info, message);

    public void Warn(string message) => Add(LogLevel.Warn, "Warning: " + message);

    public void Error(string message) => Add(LogLevel.Error, "ERROR: " + message);

    public void Phase(string name) => Add(LogLevel.Info, "===> " + name);

    public void Copy(Stream source, LogLevel level) => Add(level, new StreamReader(source, Encoding.UTF8).ReadToEnd().TrimEnd('\n'));

    private void Add(LogLevel lineLevel, string line)
    {
        if (lineLevel < level)
        {
            return;
        }

        lock (lines)
        {
            lines.Add(line);
        }
    }
}
