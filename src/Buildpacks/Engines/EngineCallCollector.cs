namespace Buildpacks.Engines;

/// <summary>Keeps every call to an engine, for the result of a build. Give it to the engine as its observer.</summary>
public sealed class EngineCallCollector : IEngineCallObserver
{
    private readonly object _gate = new();
    private readonly List<EngineCall> _calls = [];

    /// <summary>The calls so far, in the order in which they began.</summary>
    public IReadOnlyList<EngineCall> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls.OrderBy(call => call.Started)];
            }
        }
    }

    /// <inheritdoc/>
    public void Ended(EngineCall call)
    {
        lock (_gate)
        {
            _calls.Add(call);
        }
    }
}

/// <summary>Is told of every call to an engine. Calls come from any thread.</summary>
public interface IEngineCallObserver
{
    /// <summary>A call has ended, well or not.</summary>
    /// <param name="call">The call, secrets masked.</param>
    void Ended(EngineCall call);
}
