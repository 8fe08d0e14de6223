using Microsoft.Extensions.Logging;

namespace Buildpacks.Reporting;

/// <summary>
/// Gives the core's log messages to a front end. The front end knows <see cref="IPackSink"/> only: the logging packages stay on this
/// side of the module's load context. No filters: what a level means is the front end's to say.
/// </summary>
/// <param name="sink">The front end.</param>
internal sealed class SinkLoggerFactory(IPackSink sink) : ILoggerFactory
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new SinkLogger(sink, categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("this factory has one provider");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
