using Microsoft.Extensions.Logging;

namespace Buildpacks.Reporting;

/// <summary>
/// Writes log messages to a sink. Trace becomes debug; debug becomes verbose, for that is what one asks for to see what is being
/// done; errors become warnings, because what ends the work is thrown.
/// </summary>
internal sealed class SinkLogger(IPackSink sink, string category) : ILogger
{
    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            sink.Log(Level(logLevel), category, formatter(state, exception));
        }
    }

    private static PackLogLevel Level(LogLevel level) => level switch
    {
        LogLevel.Trace => PackLogLevel.Debug,
        LogLevel.Debug => PackLogLevel.Verbose,
        LogLevel.Information => PackLogLevel.Information,
        _ => PackLogLevel.Warning,
    };
}
