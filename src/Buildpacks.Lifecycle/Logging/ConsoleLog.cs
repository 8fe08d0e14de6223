using System.Text;

namespace Buildpacks.Lifecycle.Logging;

/// <summary>Plain text, never coloured, every line at once. The phases write everything to standard output, as the reference lifecycle does; the launcher leaves that to the app.</summary>
internal sealed class ConsoleLog(Stream output, Stream errors, LogLevel level) : ILifecycleLog
{
    private readonly Lock gate = new();

    /// <inheritdoc/>
    public LogLevel Level { get; } = level;

    /// <summary>The log of a phase.</summary>
    public static ConsoleLog ForPhase(LogLevel level)
    {
        var output = Console.OpenStandardOutput();
        return new(output, output, level);
    }

    /// <summary>The log of the launcher.</summary>
    public static ConsoleLog ForLauncher(LogLevel level) => new(Console.OpenStandardOutput(), Console.OpenStandardError(), level);

    /// <inheritdoc/>
    public void Debug(string message) => Write(LogLevel.Debug, output, "", message);

    /// <inheritdoc/>
    public void Info(string message) => Write(LogLevel.Info, output, "", message);

    /// <inheritdoc/>
    public void Warn(string message) => Write(LogLevel.Warn, errors, "Warning: ", message);

    /// <inheritdoc/>
    public void Error(string message) => Write(LogLevel.Error, errors, "ERROR: ", message);

    /// <inheritdoc/>
    public void Phase(string name) => Info("===> " + name);

    /// <inheritdoc/>
    public void Copy(Stream source, LogLevel level)
    {
        if (level < Level)
        {
            return;
        }

        lock (gate)
        {
            var target = level >= LogLevel.Warn ? errors : output;
            source.CopyTo(target);
            target.Flush();
        }
    }

    private void Write(LogLevel level, Stream stream, string prefix, string message)
    {
        if (level < Level)
        {
            return;
        }

        var line = Encoding.UTF8.GetBytes(prefix + message + (message.EndsWith('\n') ? "" : "\n"));
        lock (gate)
        {
            stream.Write(line);
            stream.Flush();
        }
    }
}
