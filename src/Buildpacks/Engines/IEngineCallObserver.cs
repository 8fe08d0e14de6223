namespace Buildpacks.Engines;

/// <summary>Is told of every call to an engine. Calls come from any thread.</summary>
public interface IEngineCallObserver
{
    /// <summary>A call has ended, well or not.</summary>
    /// <param name="call">The call, secrets masked.</param>
    void Ended(EngineCall call);
}
