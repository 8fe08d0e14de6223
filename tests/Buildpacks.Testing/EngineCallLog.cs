using System.Collections.Concurrent;
using Buildpacks.Engines;

namespace Buildpacks.Testing;

/// <summary>Keeps every call to an engine.</summary>
public sealed class EngineCallLog : IEngineCallObserver
{
    private readonly ConcurrentQueue<EngineCall> _calls = new();

    /// <summary>The calls in the order in which they ended.</summary>
    public IReadOnlyList<EngineCall> Calls => [.. _calls];

    /// <summary>The operations' names in the order in which they ended.</summary>
    public IReadOnlyList<string> Operations => [.. _calls.Select(call => call.Operation)];

    /// <summary>Forgets what was kept.</summary>
    public void Clear() => _calls.Clear();

    /// <inheritdoc/>
    public void Ended(EngineCall call) => _calls.Enqueue(call);
}
