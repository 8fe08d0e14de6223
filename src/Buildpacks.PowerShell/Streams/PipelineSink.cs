using System.Collections.Concurrent;

namespace Buildpacks.Commands.Streams;

/// <summary>
/// Takes the core's messages from any thread and keeps them until the pipeline thread writes them: only that thread may.
/// </summary>
internal sealed class PipelineSink : IPackSink, IDisposable
{
    // A cap: a build that talks faster than the console shows waits, instead of filling memory.
    private const int Capacity = 8192;

    private readonly BlockingCollection<Action<IStreamWriter>> _messages = new(Capacity);
    private readonly CancellationTokenSource _stopped = new();
    private volatile bool _isClosed;

    /// <summary>The activities in progress.</summary>
    public ProgressBoard Progress { get; } = new();

    /// <inheritdoc/>
    public void Log(PackLogLevel level, string category, string message) =>
        Post(writer => writer.WriteLog(level, category, message));

    /// <inheritdoc/>
    public void Output(PackOutputLine line) => Post(writer => writer.WriteOutput(line));

    /// <inheritdoc/>
    void IPackSink.Progress(PackProgress progress) => Progress.Update(progress);

    /// <summary>Waits for a message and writes it, and those that wait behind it. Called by the pipeline thread.</summary>
    /// <param name="writer">Writes to the cmdlet's streams.</param>
    /// <param name="patience">How long to wait for the first message.</param>
    public void Pump(IStreamWriter writer, TimeSpan patience)
    {
        var more = _messages.TryTake(out var write, patience);
        while (more)
        {
            write!(writer);
            more = _messages.TryTake(out write);
        }

        Progress.Flush(writer);
    }

    /// <summary>Wakes a waiting <see cref="Pump"/>.</summary>
    public void Wake() => Post(static _ => { });

    /// <summary>From now on nobody waits for room: the work has to end even if the host does not take what is written.</summary>
    public void Stop() => _stopped.Cancel();

    /// <summary>From now on messages are dropped, and whoever waits for room is let go.</summary>
    public void Close()
    {
        _isClosed = true;
        Stop();
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>Has the pipeline thread do something, after all that was posted before.</summary>
    /// <param name="write">What to do.</param>
    public void Post(Action<IStreamWriter> write)
    {
        if (_isClosed)
        {
            return;
        }

        try
        {
            if (!_messages.TryAdd(write))
            {
                _messages.Add(write, _stopped.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The cmdlet is stopped or over, and the host is behind: this is not shown.
        }
    }
}
