using Buildpacks.Engines;

namespace Buildpacks.Testing;

/// <summary>Cancels when the engine has all of an image: at the end of the load, or of a call after it.</summary>
/// <param name="operation">The call's name.</param>
/// <param name="stop">What is cancelled.</param>
public sealed class StopAfterLoad(string operation, CancellationTokenSource stop) : IEngineCallObserver
{
    private bool _loaded;

    /// <inheritdoc/>
    public void Ended(EngineCall call)
    {
        _loaded |= call.Operation == EngineOperation.ImageLoad;
        if (_loaded && call.Operation == operation)
        {
            stop.Cancel();
        }
    }
}
