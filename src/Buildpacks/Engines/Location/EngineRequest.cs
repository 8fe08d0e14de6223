namespace Buildpacks.Engines.Location;

/// <summary>What a caller knows when it asks for an engine.</summary>
public sealed record EngineRequest
{
    /// <summary>What the command was told: it wins.</summary>
    public EngineChoice? Parameter { get; init; }

    /// <summary>What the session was told.</summary>
    public EngineChoice? Session { get; init; }

    /// <summary>The session's memory of engines that did not answer; <see langword="null"/> for none.</summary>
    public UnresponsiveEngines? Unresponsive { get; init; }

    /// <summary>Is told of every call to the engine; may be <see langword="null"/>.</summary>
    public IEngineCallObserver? Observer { get; init; }

    /// <summary>
    /// Whether an engine that was chosen is asked for its version before it is handed out. Without, a chosen engine costs no process
    /// and no request, its version stays unknown, and its first operation fails if it does not answer. <see langword="false"/> by default.
    /// </summary>
    public bool Verify { get; init; }
}
