using Docker.DotNet.Models;

namespace Buildpacks.Engines.Docker;

/// <summary>Takes the messages of a pull, push or load: passes progress on, and keeps what was loaded and what went wrong.</summary>
internal sealed class DockerMessages(IProgress<EngineProgress>? progress) : IProgress<JSONMessage>
{
    private static readonly string[] LoadedPrefixes = ["Loaded image: ", "Loaded image ID: "];

    private static readonly string[] DoneWords = ["Pull complete", "Already exists", "Layer already exists", "Pushed"];

    private readonly List<string> _loaded = [];
    private JSONError? _error;

    /// <summary>The names or ids that were loaded.</summary>
    public IReadOnlyList<string> Loaded => _loaded;

    public void Report(JSONMessage value)
    {
        _error ??= value.Error;
        if (value.Stream?.Trim() is { Length: > 0 } line)
        {
            foreach (var prefix in LoadedPrefixes)
            {
                if (line.StartsWith(prefix, StringComparison.Ordinal))
                {
                    _loaded.Add(line[prefix.Length..].Trim());
                }
            }
        }

        if (progress is not null && (value.Status ?? value.Stream?.Trim()) is { Length: > 0 } status)
        {
            progress.Report(new EngineProgress(value.ID ?? "", status, value.Progress?.Current, value.Progress?.Total) { IsDone = DoneWords.Contains(status) });
        }
    }

    /// <summary>Throws the failure that came between the messages: the HTTP status was 200 long before.</summary>
    /// <exception cref="PackException">The engine told of a failure.</exception>
    public void ThrowIfFailed(string operation, string? target)
    {
        if (_error is not null)
        {
            throw DockerErrors.Told(_error.Message ?? "no reason given", operation, target, _error.Code);
        }
    }
}
