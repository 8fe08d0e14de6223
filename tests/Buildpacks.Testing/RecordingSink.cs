using System.Collections.Concurrent;

namespace Buildpacks.Testing;

/// <summary>Keeps all that is said.</summary>
public sealed class RecordingSink : IPackSink
{
    private readonly ConcurrentQueue<(PackLogLevel Level, string Message)> _messages = new();
    private readonly ConcurrentQueue<PackOutputLine> _lines = new();
    private readonly ConcurrentQueue<PackProgress> _progress = new();

    /// <summary>Called with each line of the lifecycle.</summary>
    public Action<PackOutputLine>? OnOutput { get; init; }

    /// <summary>Called with each step of an activity.</summary>
    public Action<PackProgress>? OnProgress { get; init; }

    /// <summary>The lifecycle's lines.</summary>
    public IReadOnlyList<PackOutputLine> Lines => [.. _lines];

    /// <summary>The lifecycle's output as one text.</summary>
    public string Text => string.Join('\n', _lines.Select(line => line.Text));

    /// <summary>The messages of a level.</summary>
    public IReadOnlyList<string> Messages(PackLogLevel level) => [.. _messages.Where(message => message.Level == level).Select(message => message.Message)];

    /// <summary>The activities that were begun and not ended.</summary>
    public IReadOnlyList<string> OpenActivities =>
        [.. _progress.GroupBy(progress => progress.Id).Where(group => !group.Last().Completed).Select(group => group.Key)];

    /// <inheritdoc/>
    public void Log(PackLogLevel level, string category, string message) => _messages.Enqueue((level, message));

    /// <inheritdoc/>
    public void Progress(PackProgress progress)
    {
        _progress.Enqueue(progress);
        OnProgress?.Invoke(progress);
    }

    /// <inheritdoc/>
    public void Output(PackOutputLine line)
    {
        _lines.Enqueue(line);
        OnOutput?.Invoke(line);
    }
}
